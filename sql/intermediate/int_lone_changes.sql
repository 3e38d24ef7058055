-- One row per change that git_status shows alone of its kind, staged or not, and checker that reports it: `entry` is where it stands.
-- grain: workspace_id, ordinal, tool
with entries as (
  select *, row_number() over (partition by workspace_id order by path, not is_staged) - 1 as entry
  from int_changes
  where state <> 'committed'
),

listed as (
  select workspace_id, list({file: path, staged: is_staged} order by entry) as statuses from entries group by workspace_id
),

alone as (
  select * from entries qualify count(*) over (partition by workspace_id, is_staged) = 1 and count(*) over (partition by workspace_id, path) = 1
),

reported as (
  select *, unnest(reports, recursive := true) from (select * exclude (tool, codes) from alone)
),

lone_changes as (
  select
    *,
    {
      project: project, folder: folder, path: path, line: reported_line, scope: if(is_staged, 'staged', 'unstaged'),
      state: if(is_staged, 'staged', 'modified but not staged')
    } as slots,
    [
      {tool: 'git_status', arguments: '{}'::json},
      {tool: tool, arguments: to_json({path: {"from": '0.files.' || entry || '.file'}})}
    ] as calls
  from reported
  join listed using (workspace_id)
)

select * from lone_changes
