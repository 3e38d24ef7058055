-- One row per planted file and checker that reports faults in it: the first of them, and what to do about each.
-- grain: workspace_id, path, tool
with faulty_files as (
  select
    source_id,
    workspace_id,
    path,
    tool,
    arg_min(coalesce(symbol, name), ordinal) as lineage,
    arg_min(if(within = '', 'the top of the file', within), ordinal) as spot,
    arg_min(line, ordinal) as line,
    arg_min(codes, ordinal) as codes,
    list({line: line, remedy: remedy} order by ordinal) as advice
  from int_findings
  group by source_id, workspace_id, path, tool
)

select * from faulty_files
