-- A fault that the linter reports, in a file of a few hundred lines: it is mended, the file is written, and ruff looks again.
-- grain: workspace_id, path
-- category: edit
-- surface: code
with findings as (
  select workspace_id, ordinal, codes, within from int_findings where tool = 'ruff_check'
  -- the only one of its file
  qualify count(*) over (partition by workspace_id, path) = 1
),

fixes as (
  select int_fixes.*, findings.codes as seen_as, if(within = '', 'the top of the file', within) as spot
  from int_fixes
  join findings using (workspace_id, ordinal)
  where count_lines <= 380
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    coalesce(symbol, name) as symbol,
    'found' as outcome,
    {
      path: path, spot: spot, line: changed_line, rule: seen_as[1], is_removal: is_removal,
      planted: planted, original: original, old: literals[1], "new": literals[2]
    } as slots,
    [
      {tool: 'ruff_check', arguments: to_json({path: path})},
      {tool: 'read_file', arguments: to_json({path: path})},
      {tool: 'write_file', arguments: to_json({path: path, content: content})},
      {tool: 'ruff_check', arguments: to_json({path: path})}
    ] as calls,
    to_json({
      without_codes: [seen_as[1]],
      earlier: [{reports: {file: path, line: line, codes: seen_as}, without_codes: ['CPY001']}],
    }) as expected
  from fixes
)

select * from candidate_rows
