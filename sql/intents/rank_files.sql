-- A folder and a family of ruff rules: which of its files have most findings.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with families as (
  select unnest([
    {rules: ['B', 'SIM', 'RET'], topic: 'likely bugs and needless code', is_strict: false},
    {rules: ['UP'], topic: 'outdated syntax', is_strict: false},
    {rules: ['PLR'], topic: 'overly complex code', is_strict: false},
    {rules: ['N'], topic: 'naming problems', is_strict: false},
    {rules: ['TRY'], topic: 'exception handling', is_strict: false},
    {rules: ['PTH'], topic: 'os.path calls that pathlib could replace', is_strict: false},
    {rules: ['ARG'], topic: 'unused arguments', is_strict: true},
    {rules: ['FBT'], topic: 'boolean positional arguments', is_strict: true},
    {rules: ['ANN2'], topic: 'missing return annotations', is_strict: true},
    {rules: ['D1'], topic: 'missing docstrings', is_strict: true}
  ], max_depth := 2)
),

folders as (
  select source_id, path, line_count
  from int_python_folders
  where count_files between 4 and 60 and path <> 'src'
),

-- ruff_check lists fifty findings: strict rules have more than that in a large folder
asked as (
  select *
  from folders
  cross join families
  where line_count <= case when is_strict then 1500 else 14000 end
  qualify row_number() over (partition by source_id, path order by md5(path || topic)) <= 6
),

candidate_rows as (
  select
    source_id,
    path,
    'files: ' || topic as symbol,
    'found' as outcome,
    {path: path, rules: rules, topic: topic} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path, "select": rules})}] as calls,
    to_json({at_least: {violation_count: 3}, without_codes: ['CPY001']}) as expected
  from asked
)

select * from candidate_rows
