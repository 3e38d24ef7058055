-- A file that is not there any more: reading it fails, and the log tells which commit touched it last.
-- grain: source_id, symbol
-- category: git
with touched as (
  select
    source_id,
    workspace_id,
    unnest(files) as file,
    ordinal,
    hash,
    message,
    author,
    date
  from commits
  where is_base and count_commits <= 12
),

histories as (
  select
    source_id,
    workspace_id,
    file.path as path,
    count(*) as count,
    arg_min(file.additions, ordinal) as last_additions,
    list({hash: hash, message: message} order by ordinal) as commits,
    min_by({hash: hash, message: message, author: author, day: left(date, 10)}, ordinal) as last
  from touched
  group by source_id, workspace_id, file.path
),

gone as (
  select *
  from histories
  where last_additions = 0 and count >= 2
    and regexp_matches(path, '\.(py|md|rst|toml|cfg|txt)$')
    and (source_id, path) not in (select (source_id, path) from files)
  qualify row_number() over (partition by source_id order by md5(path), workspace_id) <= 12
),

folders as (
  select distinct source_id, regexp_extract(path, '^(.*)/[^/]+$', 1) as folder from files where contains(path, '/')
),

candidate_rows as (
  select
    gone.source_id,
    -- what is still there of its path
    coalesce(folder, '.') as path,
    gone.path as symbol,
    'recovered' as outcome,
    {path: gone.path, last: last, before: commits[2].message, count: count} as slots,
    [
      {tool: 'read_file', arguments: to_json({path: gone.path})},
      {tool: 'git_log', arguments: to_json({path: gone.path})}
    ] as calls,
    to_json({fields: {commit_count: count}, rows: {'of': 'commits', 'rows': commits}}) as expected,
    workspace_id
  from gone
  left join folders on folders.source_id = gone.source_id and folders.folder = regexp_extract(gone.path, '^(.*)/[^/]+$', 1)
)

select * from candidate_rows
