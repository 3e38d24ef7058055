-- A folder with unstaged changes: which of the linter's findings are on the lines that were changed.
-- grain: source_id, workspace_id
-- category: workflow
-- surface: code
with unstaged as (
  select *, list_filter(reports, lambda report: report.tool = 'ruff_check')[1].codes as ruff_codes
  from int_changes
  where state <> 'committed' and not is_staged
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    any_value(folder) as folder,
    min_by({path: path, subject: subject}, path) as focus,
    list({path: path, line: line, is_gone: planted = ''} order by path) as changes,
    list(case when ruff_codes is null then '{}'::json else to_json({reports: {file: path, line: reported_line, codes: ruff_codes}}) end order by path) as expected_reports
  from unstaged
  group by source_id, workspace_id, project
  having count(*) <= 3 and count(distinct folder) = 1 and any_value(folder) <> '' and count(ruff_codes) >= 1
    and bool_and(ruff_codes is null or reported_line = line) -- a renamed function is missed elsewhere
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, folder: folder, changes: changes, count: len(changes)} as slots,
    list_concat(
      [{tool: 'git_diff', arguments: to_json({path: folder})}],
      [{tool: 'ruff_check', arguments: to_json({path: change.path})} for change in changes]
    ) as calls,
    json_merge_patch(
      expected_reports[-1],
      to_json({earlier: list_concat(
        [to_json({rows: {'of': 'files', 'rows': [{file: change.path} for change in changes]}})],
        expected_reports[:-2]
      )})
    ) as expected,
    workspace_id
  from trees
)

select * from candidate_rows
