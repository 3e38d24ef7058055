-- A use of a function or class whose code is to be read: where it is defined, then the lines from there.
-- grain: source_id, path, symbol
-- category: chain
with definitions as (
  select source_id, path, name, line, end_line, case when end_line - line < 15 then 15 when end_line - line < 30 then 30 else 45 end as count_lines
  from int_definitions
  where end_line - line between 3 and 43 and len(decorators) = 0 and ends_with(path, '.py')
),

places as (
  select definitions.*, uses.path as use_path, uses.line as use_line
  from definitions
  join int_uses as uses using (source_id, name)
  where uses.path <> definitions.path and not uses.is_documentation
  qualify row_number() over (partition by source_id, name order by uses.is_test, md5(uses.path || uses.line)) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: use_path, line: use_line, definition_line: line, end_line: end_line} as slots,
    [
      {tool: 'goto_definition', arguments: to_json({path: use_path, line: use_line, symbol: name})},
      {tool: 'read_file', arguments: to_json({path: {"from": '0.locations.0.file'}, start_line: {"from": '0.locations.0.line'}, end_line: line + count_lines})}
    ] as calls,
    to_json({
      earlier: [{fields: {location_count: 1, 'locations.0.file': path, 'locations.0.line': line}}],
      start_line: line,
      covers_line: end_line
    }) as expected
  from places
)

select * from candidate_rows
