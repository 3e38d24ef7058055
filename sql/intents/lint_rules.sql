-- A Python file that is checked for one family of findings.
-- grain: source_id, path, symbol
-- category: quality
with topics(topic, rule) as (
  select unnest(['missing docstrings', 'unused imports', 'outdated syntax', 'likely bugs', 'overly complex functions', 'missing type annotations', 'unsorted imports', 'possible simplifications', 'unused arguments']),
    unnest(['D1', 'F401', 'UP', 'B', 'C901', 'ANN', 'I', 'SIM', 'ARG'])
),

python_files as (
  select source_id, path from files where language = 'python' and drop_reason is null and line_count >= 15
),

drawn as (
  select *
  from python_files
  cross join topics
  qualify row_number() over (partition by source_id, path order by md5(path || rule)) <= 2
),

candidate_rows as (
  select
    source_id,
    path,
    rule as symbol,
    'found' as outcome,
    {path: path, topic: topic, rule: rule} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path, "select": [rule]})}] as calls,
    '{}'::json as expected
  from drawn
)

select * from candidate_rows
