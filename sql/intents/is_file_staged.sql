-- A file of a working tree with changes: whether it is staged, in part, not, or has nothing to stage.
-- grain: source_id, workspace_id, path
-- category: git
with changed_files as (
  select
    source_id,
    workspace_id,
    project,
    path,
    any_value(state) as state,
    min_by(subject, ordinal) as subject
  from int_changes
  group by source_id, workspace_id, project, path
),

dirty as (
  select source_id, workspace_id, project from changed_files where state <> 'committed' group by all
),

-- one file a tree that was left alone
untouched as (
  select
    source_id,
    workspace_id,
    project,
    min_by(path, md5(workspace_id || path)) as path
  from dirty
  join int_plantable using (source_id)
  where (workspace_id, path) not in (select (workspace_id, path) from changed_files)
  group by source_id, workspace_id, project
),

asked as (
  select source_id, workspace_id, project, path, state, subject
  from changed_files
  join dirty using (source_id, workspace_id, project)
  union all
  select source_id, workspace_id, project, path, 'untouched', 'untouched' from untouched
),

listed as (
  select workspace_id, list({file: path, staged: is_staged} order by path, not is_staged) as rows
  from int_changes
  where state <> 'committed'
  group by workspace_id
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {project: project, path: path, state: state} as slots,
    [{tool: 'git_status', arguments: '{}'::json}] as calls,
    to_json({rows: {'of': 'files', 'rows': listed.rows}}) as expected,
    workspace_id
  from asked
  join listed using (workspace_id)
)

select * from candidate_rows
