-- A Python file that is type-checked, and linted when there is no type error: as it is, or with a planted defect that one of the two reports.
-- grain: source_id, workspace_id, path
-- category: workflow
-- surface: code
with checkable as (
  select source_id, path
  from int_self_contained
  join files using (source_id, path)
  where line_count between 30 and 1200
    and not is_documentation
    and not regexp_matches(path, '(^|/)(mypy|typechecking|typing_tests|typing|type_check|typing-examples|conftest)')
    and not exists (
      from notes where notes.pattern = 'ty_ignored' and notes.source_id = int_self_contained.source_id
    )
),

-- one planted defect of one tool in the file, and none that another tool sees first
planted as (
  select
    defects.source_id,
    defects.workspace_id,
    defects.path,
    any_value(defects.tool) as tool,
    to_json({reports: {file: defects.path, line: any_value(defects.line), codes: any_value(defects.codes)}}) as expected
  from defects
  join checkable using (source_id, path)
  group by defects.source_id, defects.workspace_id, defects.path
  having count(*) = 1 and any_value(defects.tool) in ('typecheck', 'ruff_check')
),

as_it_is as (
  select source_id, null as workspace_id, path, null as tool, to_json({without_codes: ['CPY001']}) as expected
  from checkable
  qualify row_number() over (partition by source_id order by md5(path || 'check then lint')) <= 6
),

asked as (
  select * from planted
  union all
  select * from as_it_is
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    coalesce(workspace_id, 'health') as symbol,
    'found' as outcome,
    {path: path} as slots,
    [
      {tool: 'typecheck', arguments: to_json({path: path})},
      {tool: 'ruff_check', arguments: to_json({path: path})}
    ][: case when tool = 'typecheck' then 1 else 2 end] as calls,
    expected
  from asked
)

select * from candidate_rows
