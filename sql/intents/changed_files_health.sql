-- A working tree with uncommitted changes: lint findings and type errors of each changed Python file.
-- grain: source_id, workspace_id
-- category: workflow
-- surface: code
with uncommitted as (
  select source_id, workspace_id, path, line, tool, codes, ordinal
  from defects
  where state <> 'committed' and ends_with(path, '.py')
),

trees as (
  select
    source_id,
    workspace_id,
    list(distinct path order by path) as paths,
    list({path: path, line: line, tool: tool, codes: codes} order by ordinal) as found
  from uncommitted
  group by all
),

-- the last call is the type check of the last file: what is planted there for it must be in it
judged as (
  select
    *,
    found.list_filter(lambda f: f.path = paths[-1] and f.tool = 'typecheck') as typed_last
  from trees
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    paths[1] as path,
    workspace_id as symbol,
    'found' as outcome,
    {path: paths[1], paths: paths, name: regexp_extract(paths[-1], '([^/]+)$', 1), project: regexp_extract(source_id, '^([^@]+)', 1)} as slots,
    list_prepend(
      {tool: 'git_status', arguments: '{}'::json},
      flatten([
        [
          {tool: 'ruff_check', arguments: to_json({path: p})},
          {tool: 'typecheck', arguments: to_json({path: p})}
        ]
        for p in paths
      ])
    ) as calls,
    json_merge_patch(
      -- a missing copyright notice teaches nothing
      to_json({earlier: list_prepend(null, flatten([[{without_codes: ['CPY001']}, null] for p in paths]))}),
      case
        when len(typed_last) > 0 then to_json({reports: {file: typed_last[1].path, line: typed_last[1].line, codes: typed_last[1].codes}})
        else '{}'::json
      end
    ) as expected
  from judged
)

select * from candidate_rows
