-- A fault that the type checker reports, and the lines that it points to.
-- grain: workspace_id, path
-- category: chain
with findings as (
  select *, coalesce(symbol, name) as lineage
  from int_findings
  where tool = 'typecheck'
  qualify count(*) over (partition by workspace_id, path) = 1
),

windows as (
  select *, greatest(line - 8, 1) as first_line from findings where line = changed_line and planted <> ''
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {path: path, line: line, planted: planted, remedy: remedy, spot: if(within = '', 'the module level', within)} as slots,
    [
      {tool: 'typecheck', arguments: to_json({path: path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: first_line, end_line: line})}
    ] as calls,
    to_json({
      covers_line: line,
      earlier: [{reports: {file: path, line: line, codes: codes}, without_codes: ['import-not-found']}],
    }) as expected
  from windows
)

select * from candidate_rows
