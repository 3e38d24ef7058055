-- A Python file with a fault in it that the type checker sees.
-- grain: workspace_id, path, symbol
-- category: quality
with findings as (
  select *, coalesce(symbol, name) as lineage, case when within = '' then 'the top of the file' else within end as spot
  from int_findings
  where tool = 'typecheck'
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {path: path, spot: spot, line: line, remedy: remedy} as slots,
    [{tool: 'typecheck', arguments: to_json({path: path})}] as calls,
    to_json({reports: {file: path, line: line, codes: codes}}) as expected
  from findings
)

select * from candidate_rows
