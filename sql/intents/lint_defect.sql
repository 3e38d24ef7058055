-- A Python file with a fault in it that the project's own lint rules see.
-- grain: workspace_id, path
-- category: quality
with candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {path: path, spot: spot, advice: advice} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path})}] as calls,
    to_json({reports: {file: path, line: line, codes: codes}, without_codes: ['CPY001']}) as expected -- a missing copyright notice teaches nothing
  from int_faulty_files
  where tool = 'ruff_check'
)

select * from candidate_rows
