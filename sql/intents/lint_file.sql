-- A Python file that is linted by the project's own rules, by its path or by one that is slightly wrong.
-- grain: source_id, path, outcome
-- category: quality
with linted as (
  select source_id, path from files where language = 'python' and drop_reason is null and line_count >= 15
),

asked as (
  select source_id, path, path as asked_path, 'found' as outcome, null as name from linted
  union all
  select source_id, path, mistaken_path, 'recovered', name
  from linted
  join int_mistaken_paths using (source_id, path)
  qualify row_number() over (partition by source_id order by md5(path || 'lint')) <= 6
),

candidate_rows as (
  select
    source_id,
    path,
    'lint' as symbol,
    outcome,
    {path: asked_path, right_path: path} as slots,
    case outcome
      when 'found' then [{tool: 'ruff_check', arguments: to_json({path: path})}]
      else [
        {tool: 'ruff_check', arguments: to_json({path: asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'ruff_check', arguments: to_json({path: path})}
      ]
    end as calls,
    to_json({without_codes: ['CPY001']}) as expected -- a missing copyright notice teaches nothing
  from asked
)

select * from candidate_rows
