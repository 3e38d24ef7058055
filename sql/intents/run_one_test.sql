-- One test function or test class of a source whose tests can be run.
-- grain: source_id, path, symbol
-- category: tests
with tested_sources as (
  select distinct source_id from defects where len(tests) > 0
),

tests as (
  select source_id, path, qualified_name, name, parent, decorators
  from symbols
  join tested_sources using (source_id)
  where is_test and not is_documentation and kind in ('function', 'method') and starts_with(name, 'test') and not contains(qualified_name, '<locals>')
    -- those that need packages which are not there, or measure time
    and not regexp_matches(path, '/integrations/|^bench|/typing/')
),

single as (
  select source_id, path, qualified_name as target, name, 1 as count_tests, not parent is null as is_method
  from tests
  where length(name) > 10 and not regexp_matches(decorators::varchar, 'parametrize|given|skip|xfail|fixture')
  qualify row_number() over (partition by source_id, path order by md5(qualified_name)) <= 2
),

grouped as (
  select source_id, path, parent as target, parent as name, count(*) as count_tests, false as is_method
  from tests
  where starts_with(parent, 'Test')
  group by source_id, path, parent
  having count(*) between 2 and 12 and bool_and(not regexp_matches(decorators::varchar, 'parametrize|given|skip|xfail'))
  qualify row_number() over (partition by source_id, path order by md5(parent)) <= 2
),

both_kinds as (
  select * from single
  union all
  select * from grouped
),

asked as (
  select * from both_kinds
  qualify row_number() over (partition by source_id, count_tests > 1 order by md5(path || target)) <= 6
),

candidate_rows as (
  select
    source_id,
    path,
    target as symbol,
    'found' as outcome,
    {path: path, name: name, kind: if(count_tests > 1, 'class', 'test'), target: path || '::' || replace(target, '.', '::')} as slots,
    [{tool: 'pytest_run', arguments: to_json({path: path || '::' || replace(target, '.', '::')})}] as calls,
    to_json({fields: {passed: count_tests, failed: 0, errors: 0, skipped: 0}}) as expected
  from asked
)

select * from candidate_rows
