-- One row per test file that runs a plantable file, as far as names tell: it is named after it, imports it, or calls what only it defines.
-- grain: source_id, path, test_path
with code_files as (
  select * from int_plantable
),

test_files as (
  select source_id, path as test_path, files.name as test_name, count(*) as count_tests
  from files
  join symbols using (source_id, path, is_test)
  where is_test and files.name like '%test%' and symbols.kind in ('function', 'method') and starts_with(symbols.name, 'test')
  group by all
),

defined as (
  select source_id, name, min(path) as path
  from symbols
  where not is_test and not is_documentation and kind in ('function', 'class', 'method') and not starts_with(name, '__')
  group by source_id, name
  having count(distinct path) = 1
),

called as (
  select calls.source_id, calls.path as test_path, defined.path, list_sort(list(distinct defined.name)) as called
  from calls
  join defined
    on defined.source_id = calls.source_id and defined.name = regexp_extract(calls.callee, '([^.]+)$', 1)
  where calls.is_test
  group by all
),

imported as (
  select distinct imports.source_id, imports.path as test_path, code_files.path
  from imports
  join code_files
    on code_files.source_id = imports.source_id
      and code_files.module in (imports.module, imports.module || '.' || imports.name)
  where imports.is_test
),

linked as (
  select
    code_files.source_id,
    code_files.path,
    test_files.test_path,
    test_files.count_tests,
    coalesce(called.called, []) as called,
    regexp_replace(test_files.test_name, '^test_+|_test\.py$|\.py$', '', 'g')
      = regexp_extract(code_files.path, '([^/_][^/]*)\.py$', 1) as is_named,
    imported.path is not null as is_importing
  from code_files
  join test_files using (source_id)
  left join called using (source_id, path, test_path)
  left join imported using (source_id, path, test_path)
),

tests_of as (
  select * from linked
  where is_named or is_importing or len(called) > 0
)

select * from tests_of
