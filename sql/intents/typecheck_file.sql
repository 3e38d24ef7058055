-- A Python file that is type-checked. Files that exercise other checkers are left out, and those whose project tells ty to ignore them.
-- grain: source_id, path
-- category: quality
with python_files as (
  select source_id, path
  from files
  where language = 'python' and drop_reason is null and line_count >= 15 and not is_documentation
    and not regexp_matches(path, '(^|/)(mypy|typechecking|typing_tests|typing|type_check|typing-examples|conftest)')
    and not exists (
      from notes where notes.pattern = 'ty_ignored' and notes.source_id = files.source_id
    )
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
