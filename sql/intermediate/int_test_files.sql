-- One row per test file of a source whose tests can be run, with few enough tests that every one is listed.
-- grain: source_id, path
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
  having count(*) <= 22 and bool_and(not regexp_matches(decorators::varchar, 'parametrize|given'))
)

select * from test_files
