-- A name and a file: on how many lines the name stands. grep counts what no parser does, comments and strings too.
-- grain: source_id, path, symbol
-- category: count
with called as (
  select source_id, path, string_split(callee, '.')[-1] as name, count(distinct line) as count_calls
  from calls
  group by all
),

chosen as (
  select *
  from called
  where count_calls >= 3 and length(name) >= 5
  qualify row_number() over (partition by source_id, path order by md5(path || name)) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {text: name, path: path, count_calls: count_calls} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -c "' || name || '" ' || path})}] as calls,
    to_json({number_at_least: count_calls}) as expected
  from chosen
)

select * from candidate_rows
