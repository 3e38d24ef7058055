-- The one file that is staged, or the one that has unstaged changes: git_status names it, then typecheck checks it.
-- grain: source_id, workspace_id, calls
-- category: chain
with entries as (
  select *, row_number() over (partition by workspace_id order by path, not is_staged) - 1 as entry
  from int_changes
  where state <> 'committed'
),

-- a staged file, or one with unstaged changes, that is the only one of its kind
alone as (
  select * from entries qualify count(*) over (partition by workspace_id, is_staged) = 1 and count(*) over (partition by workspace_id, path) = 1
),

listed as (
  select workspace_id, list({file: path, staged: is_staged} order by entry) as statuses from entries group by workspace_id
),

reported as (
  select *, unnest(reports, recursive := true) from (select * exclude (tool, codes) from alone)
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {
      project: project, folder: folder, path: path, line: reported_line, scope: if(is_staged, 'staged', 'unstaged'),
      state: if(is_staged, 'staged', 'modified but not staged')
    } as slots,
    [
      {tool: 'git_status', arguments: '{}'::json},
      {tool: 'typecheck', arguments: to_json({path: {"from": '0.files.' || entry || '.file'}})}
    ] as calls,
    to_json({
      reports: {file: path, line: reported_line, codes: codes},
      without_codes: ['unresolved-import', 'import-not-found', 'missing-import'],
      earlier: [{rows: {'of': 'files', 'rows': statuses}}]
    }) as expected,
    workspace_id
  from reported
  join listed using (workspace_id)
  join int_self_contained using (source_id, path)
  where tool = 'typecheck'
)

select * from candidate_rows
