-- A test file of a source whose tests can be run, small enough that every test is listed.
-- grain: source_id, path
-- category: tests
with tested_sources as (
  select distinct source_id from defects where len(tests) > 0
),

test_files as (
  select source_id, path, count(*) as count_tests
  from symbols
  join tested_sources using (source_id)
  where is_test and not is_documentation and kind in ('function', 'method') and starts_with(name, 'test')
    -- those that need packages which are not there, or measure time
    and not regexp_matches(path, '/integrations/|^bench|/typing/')
  group by all
  having count(*) between 2 and 22 and bool_and(not regexp_matches(decorators::varchar, 'parametrize|given'))
),

candidate_rows as (
  select
    source_id,
    path,
    'tests' as symbol,
    'found' as outcome,
    {
      path: path,
      topic: replace(trim(regexp_extract(path, '([^/]+)\.py$', 1).replace('test_', ' ').replace('_', ' ')), '  ', ' '),
    } as slots,
    [{tool: 'pytest_run', arguments: to_json({path: path})}] as calls,
    to_json({fields: {success: true, failed: 0, errors: 0}}) as expected
  from test_files
)

select * from candidate_rows
