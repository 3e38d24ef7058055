-- A class that is looked for by its name, or a name that no class of the project has.
-- grain: source_id, symbol
-- category: search
with classes as (
  select * from symbols where kind = 'class'
),

defined as (
  select
    source_id,
    name,
    first(path order by is_test or is_documentation, path, line) as path,
    list({path: path, line: line, bases: case when signature_end_line = line then bases else [] end} order by path, line) as places,
    list(path || ':' || line order by path, line) as lines
  from classes
  group by source_id, name
  having length(name) >= 4 and count(*) <= 6 and bool_or(not is_test and not is_documentation)
),

-- names of other projects of the corpus, three a project
unknown as (
  select projects.source_id, others.name
  from (select distinct source_id from classes) projects
  cross join (select distinct name from defined) others
  where not starts_with(others.name, '_')
    and not exists (from symbols s where s.source_id = projects.source_id and s.name = others.name)
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || others.name)) <= 3
),

asked as (
  select source_id, path, name, 'found' as outcome, places, lines from defined
  union all
  select source_id, '.', name, 'empty', [], [] from unknown
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    outcome,
    {name: name, places: places, count: len(places)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rn "class ' || name || '\b" --include="*.py" .'})}] as calls,
    case when outcome = 'found' then to_json({matches: lines}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
