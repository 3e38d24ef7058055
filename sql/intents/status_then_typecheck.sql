-- The one file that is staged, or the one that has unstaged changes: git_status names it, then typecheck checks it.
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
      without_codes: ['unresolved-import', 'import-not-found', 'missing-import'],
      earlier: [{rows: {'of': 'files', 'rows': statuses}}]
    }) as expected,
    workspace_id
  from int_lone_changes
  join int_self_contained using (source_id, path)
  where tool = 'typecheck'
)

select * from candidate_rows
