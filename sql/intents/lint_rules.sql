-- A Python file that is checked for one family of findings.
-- grain: source_id, path, symbol
-- category: quality
with topics(topic, rule) as (
  select unnest(rules.topic), unnest(rules.rule)
  from (select
    ['missing docstrings', 'unused imports', 'outdated syntax', 'flake8-bugbear findings', 'overly complex functions', 'missing return annotations',
      'unsorted imports', 'possible simplifications', 'unused arguments', 'print statements', 'commented-out code', 'naming problems',
      'magic numbers', 'functions with too many arguments', 'private member access', 'boolean positional arguments',
      'os.path calls that pathlib could replace', 'overly broad exception handling', 'lines that are too long', 'performance anti-patterns'] as topic,
    ['D1', 'F401', 'UP', 'B', 'C901', 'ANN2',
      'I', 'SIM', 'ARG', 'T20', 'ERA', 'N',
      'PLR2004', 'PLR0913', 'SLF', 'FBT',
      'PTH', 'BLE', 'E501', 'PERF'] as rule) rules
),

python_files as (
  select source_id, path from files where language = 'python' and drop_reason is null and line_count >= 15 and not is_documentation
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
