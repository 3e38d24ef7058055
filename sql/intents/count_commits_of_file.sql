-- A file and how many commits of the history changed it.
-- grain: source_id, workspace_id, path
-- category: git
with touched as (
  select source_id, workspace_id, is_base, unnest(files).path as path, ordinal, hash, message
  from commits
  where count_commits between 2 and 12
),

counted as (
  select
    source_id,
    workspace_id,
    is_base,
    path,
    count(*) as count,
    list({hash: hash, message: message} order by ordinal) as commits
  from touched
  group by all
),

candidate_rows as (
  select
    source_id,
    path,
    coalesce(int_changes.subject, 'history') as symbol,
    'found' as outcome,
    {path: path, count: count, newest: commits[1], oldest: commits[-1]} as slots,
    [{tool: 'git_log', arguments: to_json({path: path})}] as calls,
    to_json({fields: {commit_count: count}, rows: {'of': 'commits', 'rows': commits}}) as expected,
    workspace_id
  from counted
  join files using (source_id, path)
  left join int_changes using (source_id, workspace_id, path)
  where files.language = 'python' and (is_base or int_changes.state = 'committed') and list_filter(commits, lambda shown: contains(shown.message, '\')) = []
  qualify row_number() over (partition by source_id, is_base, count order by md5(workspace_id || path || 'count')) <= 2
)

select * from candidate_rows
