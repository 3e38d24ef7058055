-- A function or method that is looked for by its name, or a name that nothing in the project has.
-- grain: source_id, symbol
-- category: search
with functions as (
  select * from symbols where kind in ('function', 'method') and not starts_with(name, '__')
),

defined as (
  select
    source_id,
    name,
    first(path order by is_test or is_documentation, path, line) as path,
    list({path: path, line: line, is_async: is_async, is_method: kind = 'method'} order by path, line) as places,
    list(path || ':' || line order by path, line) as lines
  from functions
  group by source_id, name
  having length(name) >= 5 and count(*) <= 5 and bool_or(not is_test and not is_documentation)
    and not bool_or(len([d for d in decorators if ends_with(d, 'overload')]) > 0) -- its stubs are no definitions
),

unknown as (
  select projects.source_id, others.name
  from (select distinct source_id from functions) projects
  cross join (select distinct name from defined) others
  where not starts_with(others.name, '_') and length(others.name) <= 20
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
    [{tool: 'run_command', arguments: to_json({command: 'grep -rn "def ' || name || '\b" --include="*.py" .'})}] as calls,
    case when outcome = 'found' then to_json({matches: lines}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
