-- A word that some tests of a file have in their names: only those are run.
-- grain: source_id, path, symbol
-- category: tests
with tested_sources as (
  select distinct source_id from defects where len(tests) > 0
),

tests as (
  select source_id, path, qualified_name, name, decorators
  from symbols
  join tested_sources using (source_id)
  where is_test and not is_documentation and kind in ('function', 'method') and starts_with(name, 'test') and not contains(qualified_name, '<locals>')
    -- those that need packages which are not there, or measure time
    and not regexp_matches(path, '/integrations/|^bench|/typing/')
),

words as (
  select distinct source_id, path, unnest(regexp_extract_all(lower(name), '[a-z]{5,}')) as word from tests
),

matching as (
  select source_id, path, word, count(*) as count_matching, bool_or(regexp_matches(decorators::varchar, 'parametrize|given|skip|xfail')) as is_uncertain
  from words
  join tests using (source_id, path)
  -- as pytest -k looks for it: in the names of the file, the class and the test
  where contains(lower(qualified_name), word) and not contains(lower(path), word)
  group by all
),

all_tests as (
  select source_id, path, count(*) as count_tests from tests group by all
),

telling as (
  select source_id, path, word, count_matching, count_tests
  from matching
  join all_tests using (source_id, path)
  where not is_uncertain
    and count_matching between 2 and 10
    and count_matching * 2 <= count_tests
    and word not in ('tests', 'without', 'works', 'given', 'returns', 'should', 'other', 'after', 'before', 'raises', 'called', 'always', 'default', 'correct')
  qualify row_number() over (partition by source_id order by md5(path || word)) <= 10
),

candidate_rows as (
  select
    source_id,
    path,
    word as symbol,
    'found' as outcome,
    {path: path, word: word} as slots,
    [{tool: 'pytest_run', arguments: to_json({path: path, keyword: word})}] as calls,
    to_json({fields: {passed: count_matching, failed: 0, errors: 0}}) as expected
  from telling
)

select * from candidate_rows
