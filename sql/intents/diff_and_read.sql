-- A folder with unstaged changes: each hunk of the diff, and the lines of the file as they are there now.
-- grain: source_id, workspace_id
-- category: workflow
-- surface: code
with unstaged as (
  select * from int_changes where state <> 'committed' and not is_staged
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    any_value(folder) as folder,
    min_by({path: path, subject: subject}, path) as focus,
    list({path: path, line: line, hunk_start: hunk_start, is_gone: planted = '', what: what, meaning: meaning} order by path) as changes,
    sum(additions)::bigint as additions,
    sum(deletions)::bigint as deletions
  from unstaged
  group by source_id, workspace_id, project
  having count(*) <= 4 and count(distinct folder) = 1 and any_value(folder) <> '' and bool_and(is_quotable)
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
      [{tool: 'read_file', arguments: to_json({path: change.path, start_line: change.hunk_start})} for change in changes]
    ) as calls,
    to_json({
      covers_line: changes[-1].line,
      earlier: list_concat(
        [to_json({fields: {additions: additions, deletions: deletions}, rows: {'of': 'files', 'rows': [{file: change.path} for change in changes]}})],
        [to_json({covers_line: change.line}) for change in changes[:-2]]
      )
    }) as expected,
    workspace_id
  from trees
)

select * from candidate_rows
