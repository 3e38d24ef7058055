-- A file and the commits that changed it, by its path or by one that is slightly wrong.
-- grain: source_id, workspace_id, path, outcome
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

histories as (
  select
    source_id,
    workspace_id,
    is_base,
    path,
    count(*) as count,
    list({hash: hash, message: message, day: left(date, 10)} order by ordinal) as commits,
    list(distinct author order by author) as authors
  from touched
  group by source_id, workspace_id, is_base, path
),

chosen as (
  select histories.*, files.name, coalesce(int_changes.subject, 'history') as subject
  from histories
  join files using (source_id, path)
  left join int_changes using (source_id, workspace_id, path)
  where (is_base or int_changes.state = 'committed') and files.language in ('python', 'markdown', 'restructuredtext') and count >= 2
    and list_filter(commits, lambda shown: contains(shown.message, '\')) = [] -- a quoted message stands in JSON as it is
  qualify row_number() over (partition by source_id, is_base order by md5(workspace_id || path)) <= 12
),

asked as (
  select *, path as asked_path, 'found' as outcome from chosen
  union all
  select chosen.*, mistaken_path, 'recovered'
  from chosen
  join int_mistaken_paths using (source_id, path)
  qualify row_number() over (partition by source_id order by md5(path || 'log'), workspace_id) <= 4
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    outcome,
    {path: asked_path, right_path: path, count: count, commits: commits, newest: commits[1], oldest: commits[-1], author: case when len(authors) = 1 then authors[1] end} as slots,
    case outcome
      when 'recovered' then [
        {tool: 'git_log', arguments: to_json({path: asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'git_log', arguments: to_json({path: path})}
      ]
      else [{tool: 'git_log', arguments: to_json({path: path})}]
    end as calls,
    to_json({fields: {commit_count: count}, rows: {'of': 'commits', 'rows': [{hash: found.hash, message: found.message} for found in commits]}}) as expected,
    workspace_id
  from asked
)

select * from candidate_rows
