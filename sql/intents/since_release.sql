-- A project in which something was committed since its release: those commits, and what is not committed yet.
-- grain: source_id, workspace_id
-- category: workflow
-- surface: code
with own as (
  select
    source_id,
    workspace_id,
    any_value(project) as project,
    count(distinct path) filter (state = 'committed') as count_own,
    min_by({path: path, subject: subject}, ordinal) filter (state = 'committed') as focus,
    coalesce(list(distinct path order by path) filter (state <> 'committed'), []) as uncommitted,
    coalesce(list({file: path, staged: is_staged} order by path, not is_staged) filter (state <> 'committed'), []) as statuses
  from int_changes
  group by source_id, workspace_id
),

listed as (
  select
    own.*,
    list({hash: hash, message: message, day: left(date, 10)} order by ordinal) filter (ordinal <= own.count_own) as commits,
    min_by({message: message, day: left(date, 10)}, ordinal) filter (ordinal > own.count_own) as release
  from own
  join commits using (source_id, workspace_id)
  where own.count_own >= 1 and count_commits <= 12
  group by all
),

candidate_rows as (
  select
    source_id,
    focus.path as path,
    focus.subject as symbol,
    'found' as outcome,
    {project: project, release: release.message, version: regexp_extract(release.message, '^Release (.+)$', 1), commits: commits, count: len(commits), uncommitted: uncommitted} as slots,
    [{tool: 'git_log', arguments: to_json({"limit": 20})}, {tool: 'git_status', arguments: '{}'::json}] as calls,
    to_json({
      fields: {clean: uncommitted = [], file_count: len(uncommitted)},
      rows: {'of': 'files', 'rows': statuses},
      earlier: [{rows_include: {'of': 'commits', 'rows': [{hash: found.hash, message: found.message} for found in commits]}}]
    }) as expected,
    workspace_id
  from listed
  where starts_with(release.message, 'Release ') and list_filter(commits, lambda shown: contains(shown.message, '\')) = []
)

select * from candidate_rows
