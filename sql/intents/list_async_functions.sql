-- A file whose async functions are asked for, or one that has functions but no async one.
-- grain: source_id, path
-- category: search
with functions as (
  select * from symbols where kind in ('function', 'method') and not is_documentation
),

by_file as (
  select
    source_id,
    path,
    count(*) as count_functions,
    coalesce(list({name: name, line: line} order by line) filter (is_async), []) as places,
    coalesce(list(path || ':' || line order by line) filter (is_async), []) as lines
  from functions
  group by source_id, path
),

asked as (
  select source_id, path, 'found' as outcome, places, lines from by_file where len(places) between 1 and 14
  union all (
    select source_id, path, 'empty', places, lines
    from by_file
    where len(places) = 0 and count_functions >= 4
    qualify row_number() over (partition by source_id order by md5(path)) <= 3
  )
),

candidate_rows as (
  select
    source_id,
    path,
    'async' as symbol,
    outcome,
    {path: path, places: places, count: len(places)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -n "async def" ' || path})}] as calls,
    case when outcome = 'found' then to_json({matches: lines}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
