-- A test file of a source whose tests can be run, small enough that every test is listed.
-- grain: source_id, path
-- category: tests
with test_files as (
  select source_id, path from int_test_files where count_tests >= 2
),

candidate_rows as (
  select
    source_id,
    path,
    'tests' as symbol,
    'found' as outcome,
    {
      path: path,
      topic: replace(trim(regexp_extract(path, '([^/]+)\.py$', 1).replace('test_', ' ').replace('_', ' ')), '  ', ' '),
    } as slots,
    [{tool: 'pytest_run', arguments: to_json({path: path})}] as calls,
    to_json({fields: {success: true, failed: 0, errors: 0}}) as expected
  from test_files
)

select * from candidate_rows
