-- A package folder that is type-checked: how many findings of which kind, without those about packages that are not installed.
-- grain: source_id, workspace_id, path
-- category: workflow
-- surface: code
with folders as (
  select source_id, path, count_files
  from int_python_folders
  where count_files between 3 and 60
    and line_count <= 14000
    and path <> 'src'
    and not regexp_matches(path, '(^|/)(mypy|typechecking|typing_tests|typing|type_check|typing-examples)')
    and not exists (
      from notes where notes.pattern = 'ty_ignored' and notes.source_id = int_python_folders.source_id
    )
),

-- a planted defect that ty reports, so that there is something to count
planted as (
  select
    folders.source_id,
    defects.workspace_id,
    folders.path,
    list({file: defects.path, line: defects.line, code: defects.codes} order by defects.ordinal) as found
  from folders
  join defects on defects.source_id = folders.source_id and starts_with(defects.path, folders.path || '/')
  where defects.tool = 'typecheck'
  group by folders.source_id, defects.workspace_id, folders.path
  qualify row_number() over (partition by workspace_id order by length(folders.path) desc) = 1
),

asked as (
  select source_id, null as workspace_id, path, null as found from folders
  union all
  select source_id, workspace_id, path, found from planted
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    coalesce(workspace_id, 'types') as symbol,
    'found' as outcome,
    {path: path} as slots,
    [{tool: 'typecheck', arguments: to_json({path: path})}] as calls,
    case
      when found is null then '{}'::json
      else to_json({reports: {file: found[1].file, line: found[1].line, codes: found[1].code}})
    end as expected
  from asked
)

select * from candidate_rows
