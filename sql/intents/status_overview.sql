-- A working tree with changes in it: which files differ from the last commit, staged or not.
-- grain: source_id, workspace_id
-- category: git
with uncommitted as (
  select * from int_changes where state <> 'committed'
),

changed_files as (
  select
    source_id,
    workspace_id,
    project,
    path,
    any_value(folder) as folder,
    any_value(file_name) as file_name,
    min_by(thing, ordinal) as thing,
    min_by(subject, ordinal) as subject,
    bool_or(is_staged) as is_staged,
    bool_or(not is_staged) as is_unstaged
  from uncommitted
  group by source_id, workspace_id, project, path
),

trees as (
  select
    source_id,
    workspace_id,
    project,
    count(*) as count,
    -- the file that the developer speaks of
    min_by({path: path, folder: folder, file_name: file_name, thing: thing, subject: subject}, md5(workspace_id || path)) as focus,
    list({path: path, is_staged: is_staged, is_unstaged: is_unstaged} order by path) as files,
    coalesce(list(path order by path) filter (is_staged), []) as staged,
    coalesce(list(path order by path) filter (is_unstaged), []) as unstaged,
    coalesce(list(path order by path) filter (is_staged and is_unstaged), []) as partly
  from changed_files
  group by source_id, workspace_id, project
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, folder: focus.folder, file: focus.file_name, thing: focus.thing, files: files, count: count, staged: staged, unstaged: unstaged, partly: partly} as slots,
    [{tool: 'git_status', arguments: '{}'::json}] as calls,
    to_json({
      fields: {file_count: count},
      rows: {'of': 'files', 'rows': list_concat(
        [{file: path, status: 'modified', staged: true} for path in staged],
        [{file: path, status: 'modified', staged: false} for path in unstaged]
      )}
    }) as expected,
    workspace_id
  from trees
)

select * from candidate_rows
