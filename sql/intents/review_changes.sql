-- A folder with several uncommitted changes: the status, and the diff of each file it names, in one go.
-- grain: source_id, workspace_id
-- category: workflow
-- surface: code
with entries as (
  select *, row_number() over (partition by workspace_id order by path, not is_staged) as entry
  from int_changes
  where state <> 'committed'
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    any_value(folder) as folder,
    min_by({path: path, subject: subject}, entry) as focus,
    list({path: path, is_staged: is_staged, what: what, meaning: meaning} order by entry) as changes,
    sum(additions)::bigint as additions,
    sum(deletions)::bigint as deletions,
    list({tool: 'git_diff', arguments: to_json({staged: is_staged, path: path})} order by entry) as diffs,
    list(to_json({fields: map {
      'additions': to_json(additions), 'deletions': to_json(deletions), 'files.0.file': to_json(path),
      case when is_staged then 'files.0.hunks.0.old_start' else 'files.0.hunks.0.new_start' end: to_json(hunk_start)
    }}) order by entry) as expected_diffs
  from entries
  group by source_id, workspace_id, project
  having count(*) between 2 and 5 and count(distinct folder) = 1 and any_value(folder) <> '' and bool_and(is_quotable)
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, folder: folder, changes: changes, count: len(changes), additions: additions, deletions: deletions} as slots,
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
)

select * from candidate_rows
