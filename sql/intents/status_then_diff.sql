-- A working tree in which one or two things differ: git_status tells which files, then their diffs what was changed.
-- grain: source_id, workspace_id
-- category: chain
with entries as (
  select *, row_number() over (partition by workspace_id order by path, not is_staged) - 1 as entry
  from int_changes
  where state <> 'committed'
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    min_by({path: path, folder: folder, subject: subject}, entry) as focus,
    list({path: path, is_staged: is_staged, what: what, meaning: meaning} order by entry) as changes,
    list({tool: 'git_diff', arguments: to_json({staged: case when is_staged then true end, path: {"from": '0.files.' || entry || '.file'}})} order by entry) as diffs,
    list(to_json({fields: map {
      'additions': to_json(additions), 'deletions': to_json(deletions), 'files.0.file': to_json(path),
      case when is_staged then 'files.0.hunks.0.old_start' else 'files.0.hunks.0.new_start' end: to_json(hunk_start)
    }}) order by entry) as expected_diffs,
    bool_and(is_quotable) as is_quotable
  from entries
  group by source_id, workspace_id, project
  having count(*) <= 2
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, folder: focus.folder, changes: changes, count: len(changes)} as slots,
    list_concat([{tool: 'git_status', arguments: '{}'::json}], diffs) as calls,
    json_merge_patch(
      expected_diffs[-1],
      to_json({earlier: list_concat(
        [to_json({rows: {'of': 'files', 'rows': [{file: change.path, staged: change.is_staged} for change in changes]}})],
        expected_diffs[:-2]
      )})
    ) as expected,
    workspace_id
  from trees
  where is_quotable
)

select * from candidate_rows
