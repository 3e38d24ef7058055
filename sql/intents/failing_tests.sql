-- Tests that fail because of a fault in the code: a whole file of them, a class, or one test, as far as all can be listed.
-- grain: workspace_id, path, symbol
-- category: tests
with tests as (
  select source_id, path as test_path, qualified_name, parent, not regexp_matches(decorators::varchar, 'parametrize|given') as is_plain
  from symbols
  where is_test and kind in ('function', 'method') and starts_with(name, 'test') and not contains(qualified_name, '<locals>')
),

file_sizes as (
  select source_id, test_path, count(*) as count_in_file, bool_and(is_plain) as is_plain_file from tests group by all
),

class_sizes as (
  select source_id, test_path, parent, count(*) as count_in_class, bool_and(is_plain) as is_plain_class from tests where parent is not null group by all
),

failing as (
  select int_failing_tests.*, file_sizes.* exclude (source_id, test_path), class_sizes.parent, count_in_class, is_plain_class
  from int_failing_tests
  join file_sizes using (source_id, test_path)
  join tests on tests.source_id = int_failing_tests.source_id and tests.test_path = int_failing_tests.test_path and qualified_name = test
  left join class_sizes
    on class_sizes.source_id = int_failing_tests.source_id and class_sizes.test_path = int_failing_tests.test_path and class_sizes.parent = tests.parent
),

targets as (
  select
    source_id,
    workspace_id,
    any_value(path) as code_path,
    any_value(callee) as callee,
    test_path,
    case
      when count_in_file <= 20 and is_plain_file then test_path
      when count_in_class <= 20 and is_plain_class then test_path || '::' || parent
      else test_id
    end as target
  from failing
  group by all
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    test_path as path,
    target as symbol,
    'found' as outcome,
    {target: target, callee: callee, code_path: code_path} as slots,
    [{tool: 'pytest_run', arguments: to_json({path: target})}] as calls,
    to_json({fails: 1}) as expected
  from targets
)

select * from candidate_rows
