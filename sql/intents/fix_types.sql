-- A fault that the type checker reports, in a file of a few hundred lines: it is mended, the file is written and checked again.
-- grain: workspace_id, path
-- category: edit
-- surface: code
with findings as (
  select workspace_id, ordinal, codes, if(within = '', 'the module level', within) as spot from int_findings where tool = 'typecheck'
  -- the only one of its file
  qualify count(*) over (partition by workspace_id, path) = 1
),

fixes as (
  select int_fixes.*, findings.codes as seen_as, spot
  from int_fixes
  join findings using (workspace_id, ordinal)
  where count_lines <= 380 and line = changed_line and not is_removal
    -- private names of the standard library are reported as imports that are not found
    and (source_id, path) not in (select source_id, path from imports where starts_with(name, '_'))
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    coalesce(symbol, name) as symbol,
    'found' as outcome,
    {path: path, spot: spot, line: changed_line, planted: planted, original: original, old: literals[1], "new": literals[2]} as slots,
    [
      {tool: 'typecheck', arguments: to_json({path: path})},
      {tool: 'read_file', arguments: to_json({path: path})},
      {tool: 'write_file', arguments: to_json({path: path, content: content})},
      {tool: 'typecheck', arguments: to_json({path: path})}
    ] as calls,
    to_json({without_codes: seen_as, earlier: [{reports: {file: path, line: line, codes: seen_as}}]}) as expected
  from fixes
)

select * from candidate_rows
