-- A folder or a long module, and families of ruff rules: which of the rules have most findings there.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with families as (
  select unnest([
    {rules: ['B', 'SIM', 'RET'], is_strict: false},
    {rules: ['UP', 'PTH'], is_strict: false},
    {rules: ['PLR', 'PLW'], is_strict: false},
    {rules: ['N', 'A'], is_strict: false},
    {rules: ['TRY', 'EM'], is_strict: false},
    {rules: ['C4', 'PIE', 'PERF'], is_strict: false},
    {rules: ['ARG', 'FBT'], is_strict: true},
    {rules: ['ANN'], is_strict: true},
    {rules: ['D'], is_strict: true},
    {rules: ['S', 'PT'], is_strict: true}
  ], max_depth := 2)
),

places as (
  select source_id, path, line_count, true as is_folder
  from int_python_folders
  where count_files between 4 and 60 and path <> 'src'
  union all
  select source_id, path, line_count, false
  from files
  where language = 'python' and drop_reason is null and line_count >= 200 and not is_documentation
),

-- ruff_check lists fifty findings: strict rules have more than that in all but small folders
asked as (
  select
    *,
    array_to_string(rules, ', ') as symbol,
    case len(rules)
      when 1 then rules[1]
      else array_to_string(rules[:-2], ', ') || ' and ' || rules[-1]
    end as rules_text
  from places
  cross join families
  where line_count <= case when is_strict then 900 when is_folder then 14000 else 3000 end
  qualify row_number() over (partition by source_id, path order by md5(path || rules::varchar)) <= case when is_folder then 5 else 1 end
),

candidate_rows as (
  select
    source_id,
    path,
    symbol,
    'found' as outcome,
    {path: path, rules: rules, rules_text: rules_text} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path, "select": rules})}] as calls,
    to_json({at_least: {violation_count: 3}, without_codes: ['CPY001']}) as expected
  from asked
)

select * from candidate_rows
