-- A module and its test file, checked in one go: linter, type checker and tests. With a fault in it, or as it is.
-- grain: workspace_id, path
-- category: workflow
-- surface: code
with bases as (
  select distinct source_id, workspace_id from commits where is_base
),

test_files as (
  select source_id, path as test_path from int_test_files where count_tests <= 20
),

faulty as (
  select defects.source_id, workspace_id, defects.path, test_path, row_number() over (partition by workspace_id, defects.path order by is_named desc, ordinal, test_path) as turn
  from defects
  join int_tests_of using (source_id, path)
  join test_files using (source_id, test_path)
  where is_named or is_importing and len(called) > 0
),

untouched as (
  select source_id, bases.workspace_id, path, test_path, row_number() over (partition by source_id, path order by is_named desc, test_path) as turn
  from int_tests_of
  join test_files using (source_id, test_path)
  join bases using (source_id)
  where is_named or is_importing and len(called) > 0
),

checked as (
  select * from faulty
  where turn = 1
  union all
  select * from untouched
  where turn = 1
  qualify row_number() over (partition by source_id order by md5(source_id || path)) <= 4
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    regexp_extract(path, '([^/]+)$', 1) as symbol,
    'found' as outcome,
    {path: path, test_path: test_path} as slots,
    [
      {tool: 'ruff_check', arguments: to_json({path: path})},
      {tool: 'typecheck', arguments: to_json({path: path})},
      {tool: 'pytest_run', arguments: to_json({path: test_path})}
    ] as calls,
    to_json({earlier: [{without_codes: ['CPY001']}]}) as expected
  from checked
)

select * from candidate_rows
