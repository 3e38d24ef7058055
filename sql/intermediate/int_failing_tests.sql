-- One row per planted defect that tests notice and test function that calls the code it is in, where no other defect is in the way.
-- grain: workspace_id, ordinal, test_path, test
with noticed as (
  select *, regexp_extract(symbol, '(\w+)$', 1) as callee
  from defects
  where list_contains(list_transform(reports, lambda report: report.tool), 'pytest_run')
),

run_files as (
  select workspace_id, ordinal, unnest(tests) as test_path from noticed
),

only_faults as (
  select workspace_id, test_path, any_value(ordinal) as ordinal from run_files group by all having count(*) = 1
),

test_functions as (
  select source_id, path as test_path, name as test_name, qualified_name as test, line as test_line, end_line as test_end_line
  from symbols
  where is_test
    and starts_with(name, 'test')
    and (kind = 'function' and parent is null or kind = 'method' and not contains(qualified_name, '<locals>'))
    and not regexp_matches(decorators::varchar, 'parametrize|given|skip|xfail')
    -- those that need packages which are not there
    and not contains(path, '/integrations/')
),

calling as (
  select source_id, path as test_path, caller as test, regexp_extract(callee, '(\w+)$', 1) as callee, min(line) as call_line
  from calls
  where is_test
  group by all
),

linked as (
  select
    noticed.* exclude (tests, reports, codes, tool),
    test_functions.* exclude (source_id),
    test_path || '::' || replace(test, '.', '::') as test_id,
    calling.call_line
  from noticed
  join only_faults using (workspace_id, ordinal)
  join test_functions using (source_id, test_path)
  join calling using (source_id, test_path, test, callee)
  -- enough of each defect
  qualify row_number() over (partition by noticed.workspace_id, noticed.ordinal order by md5(test_id)) <= 4
)

select * from linked
