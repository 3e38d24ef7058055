-- A Python file that is asked for one kind of fault, which is in it: ruff with just that rule.
-- grain: workspace_id, path, calls
-- category: quality
with findings as (
  select source_id, workspace_id, path, topic, codes[1] as rule, min(defect) as defect, min(line) as line
  from int_findings
  where tool = 'ruff_check'
  group by all
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    defect as symbol,
    'found' as outcome,
    {path: path, topic: topic, rule: rule} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path, "select": [rule]})}] as calls,
    to_json({reports: {file: path, line: line, codes: [rule]}}) as expected
  from findings
)

select * from candidate_rows
