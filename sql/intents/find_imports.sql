-- A module whose imports are looked for, or one of the standard library that the project does not import.
-- grain: source_id, symbol
-- category: search
with lines as (
  select distinct source_id, path, line, string_split(module, '.')[1] as module
  from imports
  where not starts_with(module, '.')
    -- relative imports would be missed
    and not exists (
      from files where files.source_id = imports.source_id and (starts_with(files.path, string_split(imports.module, '.')[1] || '/') or starts_with(files.path, 'src/' || string_split(imports.module, '.')[1] || '/'))
    )
),

by_file as (
  select source_id, module, path, list(line order by line) as lines, count(*) as count_lines from lines group by all
),

imported as (
  select
    source_id,
    module,
    min(path) as path,
    list({path: path, lines: lines, count: count_lines} order by path) as files,
    sum(count_lines)::bigint as count_lines,
    flatten(list([path || ':' || line for line in lines] order by path)) as places
  from by_file
  group by source_id, module
  having sum(count_lines) <= 14 and count(*) >= 2
),

wanted(module) as (
  select unnest(['sqlite3', 'csv', 'decimal', 'pickle', 'multiprocessing', 'statistics', 'xml', 'random', 'queue', 'ctypes', 'zlib', 'curses', 'smtplib', 'heapq', 'bisect', 'fractions'])
),

unknown as (
  select projects.source_id, wanted.module
  from (select distinct source_id from lines) projects
  cross join wanted
  where not exists (from lines l where l.source_id = projects.source_id and l.module = wanted.module)
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || wanted.module)) <= 3
),

asked as (
  select source_id, path, module, 'found' as outcome, files, count_lines, places from imported
  union all
  select source_id, '.', module, 'empty', [], 0, [] from unknown
),

candidate_rows as (
  select
    source_id,
    path,
    'import ' || module as symbol,
    outcome,
    {module: module, files: files, count: count_lines, count_files: len(files)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnE "^\s*(from|import) ' || module || '\b" --include="*.py" .'})}] as calls,
    case when outcome = 'found' then to_json({matches: places}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
