-- A test that fails because of a fault in the code, and the lines of the test up to the one that failed.
-- grain: workspace_id, path, symbol
-- category: chain
with failing as (
  select *, greatest(call_line - 8, 1) as first_line
  from int_failing_tests
  where defect <> 'renamed_function' -- which no import survives, so no test begins
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    test_path as path,
    test as symbol,
    'found' as outcome,
    {test_id: test_id, test_name: test_name, test_path: test_path, callee: callee, line: call_line} as slots,
    [
      {tool: 'pytest_run', arguments: to_json({path: test_id})},
      {tool: 'read_file', arguments: to_json({path: test_path, start_line: first_line, end_line: call_line})}
    ] as calls,
    to_json({
      covers_line: call_line,
      earlier: [{fails: 1, fields: {"tests.0.name": test_id, "tests.0.line": call_line}}],
    }) as expected
  from failing
)

select * from candidate_rows
