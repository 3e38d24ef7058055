-- A file whose lines are counted, by its path or by one that is slightly wrong.
-- grain: source_id, path, outcome
-- category: count
with counted as (
  select source_id, path, line_count from files where drop_reason is null and line_count >= 30 and not regexp_matches(path, '(^|/)docs_src/')
),

asked as (
  select source_id, path, path as asked_path, 'found' as outcome, line_count, null as name from counted
  union all
  select source_id, path, mistaken_path, 'recovered', line_count, name
  from counted
  join int_mistaken_paths using (source_id, path)
  qualify row_number() over (partition by source_id order by md5(path || 'count')) <= 6
),

candidate_rows as (
  select
    source_id,
    path,
    'wc' as symbol,
    outcome,
    {path: asked_path, right_path: path, line_count: line_count} as slots,
    case outcome
      when 'found' then [{tool: 'run_command', arguments: to_json({command: 'wc -l ' || path})}]
      else [
        {tool: 'run_command', arguments: to_json({command: 'wc -l ' || asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'run_command', arguments: to_json({command: 'wc -l ' || path})}
      ]
    end as calls,
    to_json({numbers: [line_count]}) as expected
  from asked
)

select * from candidate_rows
