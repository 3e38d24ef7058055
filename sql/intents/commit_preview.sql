-- A working tree with changes: all that is staged for the next commit, or nothing.
-- grain: source_id, workspace_id
-- category: git
with uncommitted as (
  select * from int_changes where state <> 'committed'
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    min_by({path: path, folder: folder, file_name: file_name, thing: thing, subject: subject}, md5(workspace_id || ordinal)) as focus,
    coalesce(list({path: path, what: what, meaning: meaning} order by path) filter (is_staged), []) as staged,
    sum(additions) filter (is_staged) as additions,
    sum(deletions) filter (is_staged) as deletions,
    min_by(path, path) filter (is_staged) as first_path,
    min_by(hunk_start, path) filter (is_staged) as first_start,
    bool_and(is_quotable) as is_quotable
  from uncommitted
  group by source_id, workspace_id, project
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    case when staged = [] then 'empty' else 'found' end as outcome,
    {project: project, folder: focus.folder, file: focus.file_name, thing: focus.thing, changes: staged, count: len(staged)} as slots,
    [{tool: 'git_diff', arguments: to_json({staged: true})}] as calls,
    case when staged = [] then '{}'::json
    else to_json({
      fields: {file_count: len(staged), additions: additions, deletions: deletions, 'files.0.file': first_path, 'files.0.hunks.0.old_start': first_start},
      rows: {'of': 'files', 'rows': [{file: change.path, status: 'modified'} for change in staged]}
    })
    end as expected,
    workspace_id
  from trees
  where is_quotable
)

select * from candidate_rows
