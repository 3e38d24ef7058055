-- A class or function whose tests are looked for, or one that no test names.
-- grain: source_id, symbol
-- category: search
with folders as (
  select source_id, regexp_extract(path, '^(tests?|testing)/', 1) as folder
  from files
  where is_test
  group by all
  having folder <> ''
),

definitions as (
  select source_id, name, any_value(path) as path
  from symbols
  where kind in ('class', 'function') and not starts_with(name, '_') and length(name) >= 5
  group by source_id, name
  having count(*) = 1 and bool_and(not is_test and not is_documentation and parent is null)
    and not regexp_matches(any_value(path), '^(benchmarks?|bench|scripts|typing_tests|typing-examples)/') and not starts_with(name, 'test_')
),

mentions as (
  select source_id, path, string_split(callee, '.')[-1] as name from calls where is_test
  union
  select source_id, path, name from imports where is_test and name is not null
  union
  select source_id, path, string_split(name, '.')[-1] from bases where is_test and name is not null
  union
  select source_id, path, string_split(name, '.')[-1] from decorators where is_test and name is not null
),

asked as (
  select
    definitions.source_id,
    definitions.name,
    definitions.path,
    folders.folder,
    coalesce(list(distinct mentions.path order by mentions.path) filter (starts_with(mentions.path, folders.folder || '/')), []) as paths
  from definitions
  join folders using (source_id)
  left join mentions on mentions.source_id = definitions.source_id and mentions.name = definitions.name
  group by all
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    case when len(paths) = 0 then 'empty' else 'found' end as outcome,
    {name: name, folder: folder, paths: paths, count: len(paths)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rlw "' || name || '" --include="*.py" ' || folder})}] as calls,
    case when len(paths) = 0 then '{}'::json else to_json({files: paths}) end as expected
  from asked
  where len(paths) <= 8
  qualify len(paths) > 0 or row_number() over (partition by source_id, len(paths) = 0 order by md5(name)) <= 3
)

select * from candidate_rows
