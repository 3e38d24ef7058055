-- A file and how many commits of the history changed it.
-- grain: source_id, path
-- category: git
with touched as (
  select source_id, workspace_id, unnest(files).path as path, ordinal, hash, message, count_commits
  from commits
  where is_base and count_commits between 3 and 12
),

counted as (
  select
    source_id,
    workspace_id,
    path,
    count_commits,
    count(*) as count,
    list({hash: hash, message: message} order by ordinal) as commits
  from touched
  group by all
),

candidate_rows as (
  select
    source_id,
    path,
    'history' as symbol,
    'found' as outcome,
    {path: path, count: count, newest: commits[1], oldest: commits[-1]} as slots,
    [{tool: 'git_log', arguments: to_json({path: path})}] as calls,
    to_json({fields: {commit_count: count}, rows: {'of': 'commits', 'rows': commits}}) as expected,
    workspace_id
  from counted
  join files using (source_id, path)
  where files.language = 'python'
  qualify row_number() over (partition by source_id, count order by md5(path || 'count')) <= 2
)

select * from candidate_rows
