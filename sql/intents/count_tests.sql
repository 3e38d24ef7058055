-- A test file whose test functions are counted.
-- grain: source_id, path
-- category: count
with tests as (
  select source_id, path, count(*) as count_tests
  from symbols
  where is_test and kind in ('function', 'method') and starts_with(name, 'test_')
  group by all
  having count(*) >= 2
),

candidate_rows as (
  select
    source_id,
    path,
    'tests' as symbol,
    'found' as outcome,
    {path: path, count: count_tests} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -cE "^\s*(async )?def test_" ' || path})}] as calls,
    to_json({numbers: [count_tests]}) as expected
  from tests
)

select * from candidate_rows
