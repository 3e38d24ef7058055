-- The newest commits of a project: of its releases alone, or with some that were made on top.
-- grain: source_id, workspace_id, calls
-- category: git
with own as (
  select source_id, workspace_id, any_value(project) as project, count(distinct path) as count_own
  from int_changes
  where state = 'committed'
  group by source_id, workspace_id
),

bases as (
  select distinct commits.source_id, workspace_id, regexp_extract(commits.source_id, '^([^@]+)', 1) as project, 0 as count_own
  from commits
  where is_base
),

asked as (
  select *, unnest([count_own, count_own + 1, count_own + 2]) as count from own
  union
  select *, unnest([2, 3, 4]) from bases
),

listed as (
  select
    asked.*,
    list({hash: hash, message: message, day: left(date, 10)} order by ordinal) filter (ordinal <= asked.count) as commits,
    list(distinct author order by author) filter (ordinal <= asked.count) as authors
  from asked
  join commits using (source_id, workspace_id)
  group by all
),

about as (
  select
    workspace_id,
    min_by({path: path, subject: subject}, ordinal) as focus
  from int_changes
  where state = 'committed'
  group by workspace_id
),

candidate_rows as (
  select
    source_id,
    coalesce(focus.path, '.') as path,
    coalesce(focus.subject, 'history') as symbol,
    'found' as outcome,
    {project: project, count: count, commits: commits, newest: commits[1], author: case when len(authors) = 1 then authors[1] end} as slots,
    [{tool: 'git_log', arguments: to_json({"limit": count})}] as calls,
    to_json({fields: {commit_count: count}, rows: {'of': 'commits', 'rows': [{hash: found.hash, message: found.message} for found in commits]}}) as expected,
    workspace_id
  from listed
  left join about using (workspace_id)
  where len(commits) = count and count between 2 and 6 and list_filter(commits, lambda shown: contains(shown.message, '\')) = []
)

select * from candidate_rows
