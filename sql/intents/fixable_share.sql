-- A folder or file and families of ruff rules: how many of the findings ruff can fix by itself, and which are left.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with families as (
  select unnest([
    {rules: ['D2', 'D4'], most_lines: 2000, at_least: 1},
    {rules: ['D'], most_lines: 700, at_least: 1},
    {rules: ['I', 'RUF', 'F'], most_lines: 9000, at_least: 1},
    {rules: ['UP', 'RUF', 'C4'], most_lines: 9000, at_least: 0},
    {rules: ['COM', 'Q'], most_lines: 1500, at_least: 1},
    {rules: ['D2', 'D4', 'UP'], most_lines: 600, at_least: 1},
    {rules: ['W', 'I', 'D4'], most_lines: 1500, at_least: 1},
    {rules: ['RSE', 'RET', 'SIM', 'PIE'], most_lines: 9000, at_least: 0}
  ], max_depth := 2)
),

places as (
  select source_id, path, line_count, true as is_folder
  from int_python_folders
  where count_files between 4 and 60 and path <> 'src'
  union all
  select source_id, path, line_count, false
  from files
  where language = 'python' and drop_reason is null and line_count >= 120 and not is_documentation
),

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
  where line_count <= most_lines
  qualify row_number() over (partition by source_id, path order by md5(path || rules::varchar)) <= case when is_folder then 4 else 1 end
),

candidate_rows as (
  select
    source_id,
    path,
    'fixable: ' || symbol as symbol,
    'found' as outcome,
    {path: path, rules: rules, rules_text: rules_text} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path, "select": rules})}] as calls,
    to_json({at_least: {violation_count: 3, fixable_count: at_least}, without_codes: ['CPY001']}) as expected
  from asked
)

select * from candidate_rows
