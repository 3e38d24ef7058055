-- A working tree in which nothing differs from the last commit: as it was released, or all changes committed.
-- grain: source_id, workspace_id, path
-- category: git
with committed_only as (
  select
    source_id,
    workspace_id,
    project,
    min_by(path, ordinal) as path,
    min_by(subject, ordinal) as subject
  from int_changes
  group by source_id, workspace_id, project
  having bool_and(state = 'committed')
),

released as (
  select source_id, null::varchar as workspace_id, source_name as project, path, 'clean' as subject
  from int_plantable
  qualify row_number() over (partition by source_id order by md5(path || 'clean')) <= 3
),

asked as (
  select * from committed_only
  union all
  select * from released
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {project: project, path: path} as slots,
    [{tool: 'git_status', arguments: '{}'::json}] as calls,
    to_json({fields: {clean: true, file_count: 0}}) as expected,
    workspace_id
  from asked
)

select * from candidate_rows
