-- A file whose top-level classes and functions are asked for, by its path or by one that is slightly wrong.
-- grain: source_id, path, outcome
-- category: search
with top_level as (
  select source_id, path, kind, name, line
  from symbols
  where parent is null
  -- one under `if` or `try` would be missed by grep
  qualify max("column") over (partition by source_id, path) = 1
),

by_file as (
  select
    source_id,
    path,
    coalesce(list({name: name, line: line} order by line) filter (kind = 'class'), []) as classes,
    coalesce(list({name: name, line: line} order by line) filter (kind <> 'class'), []) as functions,
    list(path || ':' || line order by line) as lines,
    min(line) as first_line
  from top_level
  group by source_id, path
  having count(*) between 2 and 16
),

asked as (
  select source_id, path, path as asked_path, 'found' as outcome, by_file.* exclude (source_id, path), null as name from by_file
  union all
  select source_id, path, mistaken_path, 'recovered', by_file.* exclude (source_id, path), name
  from by_file
  join int_mistaken_paths using (source_id, path)
  qualify row_number() over (partition by source_id order by md5(path || 'definitions')) <= 8
),

candidate_rows as (
  select
    source_id,
    path,
    'definitions' as symbol,
    outcome,
    {path: asked_path, right_path: path, classes: classes, functions: functions,
      count: len(lines), count_classes: len(classes), count_functions: len(functions)} as slots,
    case outcome
      when 'found' then [{tool: 'run_command', arguments: to_json({command: 'grep -nE "^(class|def|async def) " ' || path})}]
      else [
        {tool: 'run_command', arguments: to_json({command: 'grep -nE "^(class|def|async def) " ' || asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'run_command', arguments: to_json({command: 'grep -nE "^(class|def|async def) " ' || path})}
      ]
    end as calls,
    to_json({matches: lines}) as expected
  from asked
)

select * from candidate_rows
