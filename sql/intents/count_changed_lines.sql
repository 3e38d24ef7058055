-- How many lines are added and removed in a working tree, of what is staged or of what is not.
-- grain: source_id, workspace_id, calls
-- category: git
with totals as (
  select
    source_id,
    workspace_id,
    project,
    is_staged,
    min_by({path: path, folder: folder, file_name: file_name, thing: thing, subject: subject}, md5(workspace_id || ordinal)) as focus,
    list({path: path, additions: additions, deletions: deletions} order by path) as files,
    sum(additions)::bigint as additions,
    sum(deletions)::bigint as deletions
  from int_changes
  where state <> 'committed'
  group by source_id, workspace_id, project, is_staged
  having count(*) >= 2
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, folder: focus.folder, thing: focus.thing, scope: case when is_staged then 'staged' else 'unstaged' end, files: files, count: len(files)} as slots,
    [{tool: 'git_diff', arguments: to_json({staged: case when is_staged then true end})}] as calls,
    to_json({
      fields: {file_count: len(files), additions: additions, deletions: deletions},
      rows: {'of': 'files', 'rows': [{file: file.path, additions: file.additions, deletions: file.deletions} for file in files]}
    }) as expected,
    workspace_id
  from totals
)

select * from candidate_rows
