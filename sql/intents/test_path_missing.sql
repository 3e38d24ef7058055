-- A test file that is to be run by a slightly wrong path.
-- grain: source_id, path
-- category: tests
with test_files as (
  select source_id, path from int_test_files where count_tests >= 2
),

mistaken as (
  select source_id, path, mistaken_path, name
  from test_files
  join int_mistaken_paths using (source_id, path)
),

candidate_rows as (
  select
    source_id,
    path,
    'tests' as symbol,
    'recovered' as outcome,
    {
      path: mistaken_path,
      right_path: path,
      topic: replace(trim(regexp_extract(path, '([^/]+)\.py$', 1).replace('test_', ' ').replace('_', ' ')), '  ', ' '),
    } as slots,
    [
      {tool: 'pytest_run', arguments: to_json({path: mistaken_path})},
      {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
      {tool: 'pytest_run', arguments: to_json({path: path})}
    ] as calls,
    to_json({fields: {success: true, failed: 0, errors: 0}}) as expected
  from mistaken
)

select * from candidate_rows
