-- A Python file with a fault in it that the type checker sees.
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
    [{tool: 'typecheck', arguments: to_json({path: path})}] as calls,
    to_json({reports: {file: path, line: line, codes: codes}}) as expected
  from int_faulty_files
  where tool = 'typecheck'
    -- private names of the standard library are reported as imports that are not found, and that is no missing package
    and (source_id, path) not in (select source_id, path from imports where starts_with(name, '_'))
)

select * from candidate_rows
