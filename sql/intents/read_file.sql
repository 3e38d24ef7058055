-- A small Python file that is read whole, by its path or by one that is slightly wrong.
-- grain: source_id, path, outcome
-- category: read
with small as (
  select source_id, path, line_count, docstring
  from files
  where language = 'python' and drop_reason is null and line_count between 8 and 45 and size_bytes <= 1800
),

top_level as (
  select
    source_id,
    path,
    coalesce(list(name order by line) filter (kind = 'class'), []) as classes,
    coalesce(list(name order by line) filter (kind <> 'class'), []) as functions
  from (select source_id, path, kind, name, min(line) as line from symbols where parent is null group by all)
  group by source_id, path
),

imported as (
  select source_id, path, list(distinct string_split(module, '.')[1] order by string_split(module, '.')[1]) as modules
  from imports
  where not starts_with(module, '.') and scope is null
  group by source_id, path
),

described as (
  select small.*, coalesce(classes, []) as classes, coalesce(functions, []) as functions, coalesce(modules, []) as modules
  from small
  left join top_level using (source_id, path)
  left join imported using (source_id, path)
  where len(coalesce(classes, [])) + len(coalesce(functions, [])) between 1 and 8 and len(coalesce(modules, [])) <= 6
),

asked as (
  select source_id, path, path as asked_path, 'found' as outcome, described.* exclude (source_id, path), null as name from described
  union all
  select source_id, path, mistaken_path, 'recovered', described.* exclude (source_id, path), name
  from described
  join int_mistaken_paths using (source_id, path)
  qualify row_number() over (partition by source_id order by md5(path || 'read')) <= 8
),

candidate_rows as (
  select
    source_id,
    path,
    'file' as symbol,
    outcome,
    {path: asked_path, right_path: path, line_count: line_count, docstring: docstring, classes: classes, functions: functions, modules: modules} as slots,
    case outcome
      when 'found' then [{tool: 'read_file', arguments: to_json({path: path})}]
      else [
        {tool: 'read_file', arguments: to_json({path: asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'read_file', arguments: to_json({path: path})}
      ]
    end as calls,
    to_json({line_count: line_count, start_line: 1, covers_line: line_count}) as expected
  from asked
)

select * from candidate_rows
