-- The one file that is staged, or the one that has unstaged changes: git_status names it, then ruff_check checks it.
-- grain: source_id, workspace_id, calls
-- category: chain
with candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    slots,
    calls,
    to_json({
      reports: {file: path, line: reported_line, codes: codes},
      earlier: [{rows: {'of': 'files', 'rows': statuses}}]
    }) as expected,
    workspace_id
  from int_lone_changes
  where tool = 'ruff_check'
)

select * from candidate_rows
