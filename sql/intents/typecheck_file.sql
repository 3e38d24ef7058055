-- A Python file that is type-checked. It imports only the standard library and its own project, as far as its own lines tell.
-- grain: source_id, path
-- category: quality
with python_files as (
  select source_id, path from files where language = 'python' and drop_reason is null and line_count >= 15 and not is_documentation
),

candidate_rows as (
  select
    source_id,
    path,
    'types' as symbol,
    'found' as outcome,
    {path: path} as slots,
    [{tool: 'typecheck', arguments: to_json({path: path})}] as calls,
    to_json({without_codes: ['import-not-found', 'unresolved-import', 'missing-import']}) as expected
  from python_files
)

select * from candidate_rows
