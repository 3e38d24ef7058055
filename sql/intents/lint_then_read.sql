-- A fault that the linter reports, and the lines that it points to.
-- grain: workspace_id, path
-- category: chain
with findings as (
  select *, coalesce(symbol, name) as lineage
  from int_findings
  where tool = 'ruff_check'
  qualify count(*) over (partition by workspace_id, path) = 1
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {path: path, line: line, rule: codes[1], planted: planted, remedy: remedy, spot: if(within = '', 'the top of the file', within)} as slots,
    [
      {tool: 'ruff_check', arguments: to_json({path: path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: line + 6})}
    ] as calls,
    to_json({earlier: [{reports: {file: path, line: line, codes: codes}, without_codes: ['CPY001']}]}) as expected
  from findings
  where line = changed_line and planted <> ''
)

select * from candidate_rows
