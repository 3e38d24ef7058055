-- One row per Python file of the current corpus's sources that a defect may be planted in: the code that the project itself is.
-- grain: source_id, path
with candidate_files as (
  select * from files
),

plantable as (
  select source_id, source_name, tree_sha256, path, file_sha256, module, line_count
  from candidate_files
  where language = 'python'
    and drop_reason is null
    and ends_with(path, '.py')
    and not is_test
    and not is_documentation
    and line_count between 20 and 1200
    and size_bytes < 100000
    -- of these, tools report less, or other things: packages export what they import, scripts and vendored code are left alone
    and not is_package
    and name not in ('conftest.py', 'setup.py', '__main__.py')
    and not regexp_matches(path, '(^|/)(scripts?|bench(marks?)?|extra|odd|v1|mypy|typing[^/]*|_?vendor(ed)?)/')
)

select * from plantable
