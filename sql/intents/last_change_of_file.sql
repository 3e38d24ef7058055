-- A file and the commit that changed it last: a release, or one that was made on top.
-- grain: source_id, workspace_id, path
-- category: git
with touched as (
  select
    source_id,
    workspace_id,
    is_base,
    unnest(files).path as path,
    ordinal,
    hash,
    message,
    author,
    date
  from commits
  where count_commits <= 12
),

last_changes as (
  select
    source_id,
    workspace_id,
    is_base,
    path,
    min_by({hash: hash, message: message, author: author, day: left(date, 10), date: date}, ordinal) as last
  from touched
  group by source_id, workspace_id, is_base, path
),

chosen as (
  select last_changes.*, coalesce(int_changes.subject, 'history') as subject
  from last_changes
  join files using (source_id, path)
  left join int_changes using (source_id, workspace_id, path)
  where (is_base or int_changes.state = 'committed') and files.language in ('python', 'markdown', 'restructuredtext')
    and not contains(last.message, '\') -- a quoted message stands in JSON as it is
  qualify row_number() over (partition by source_id, is_base order by md5(workspace_id || path || 'last')) <= 10
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {path: path, last: last} as slots,
    [{tool: 'git_log', arguments: to_json({"limit": 1, path: path})}] as calls,
    to_json({fields: {
      commit_count: 1, 'commits.0.hash': last.hash, 'commits.0.message': last.message, 'commits.0.author': last.author, 'commits.0.date': last.date
    }}) as expected,
    workspace_id
  from chosen
)

select * from candidate_rows
