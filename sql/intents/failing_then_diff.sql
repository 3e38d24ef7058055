-- A test file that fails in a working tree with uncommitted changes: which tests, and what was changed.
-- grain: source_id, workspace_id, path
-- category: workflow
-- surface: code
with uncommitted as (
  select *
  from defects
  where state <> 'committed'
    and not contains(coalesce(original, '') || coalesce(planted, ''), '`')
),

-- the defect that tests are to notice, and the test file named first for it
failing as (
  select source_id, workspace_id, path, line, symbol, original, planted, tests[1] as test_path
  from uncommitted
  where len(tests) > 0
  qualify row_number() over (partition by workspace_id, tests[1] order by ordinal) = 1
),

changed as (
  select workspace_id, list(distinct path order by path) as paths, count(*) as count_changes from uncommitted group by all
),

candidate_rows as (
  select
    source_id,
    failing.workspace_id,
    test_path as path,
    failing.workspace_id as symbol,
    'found' as outcome,
    {path: test_path, changed: paths, suspect: failing.path} as slots,
    [
      {tool: 'pytest_run', arguments: to_json({path: test_path})},
      {tool: 'git_status', arguments: '{}'::json},
      {tool: 'git_diff', arguments: to_json({staged: false, path: failing.path})}
    ] as calls,
    to_json({earlier: [{fails: 1}]}) as expected
  from failing
  join changed using (workspace_id)
  where count_changes <= 3
)

select * from candidate_rows
