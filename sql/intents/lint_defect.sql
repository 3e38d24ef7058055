-- A Python file with a fault in it that the project's own lint rules see.
-- grain: workspace_id, path
-- category: quality
with findings as (
  select *, coalesce(symbol, name) as lineage, if(within = '', 'the top of the file', within) as spot
  from int_findings
  where tool = 'ruff_check'
),

faulty_files as (
  select
    source_id,
    workspace_id,
    path,
    arg_min(lineage, ordinal) as lineage,
    arg_min(spot, ordinal) as spot,
    arg_min(line, ordinal) as line,
    arg_min(codes, ordinal) as codes,
    list({line: line, remedy: remedy} order by ordinal) as advice
  from findings
  group by all
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {path: path, spot: spot, advice: advice} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path})}] as calls,
    to_json({reports: {file: path, line: line, codes: codes}, without_codes: ['CPY001']}) as expected -- a missing copyright notice teaches nothing
  from faulty_files
)

select * from candidate_rows
