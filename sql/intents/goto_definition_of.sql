-- A place where a function, class or method of the project is imported or called, and which asks where that is defined.
-- grain: source_id, path, symbol
-- category: language
with places as (
  select source_id, name as symbol, name, definition_path, definition_line, path, line
  from int_uses
  where not is_documentation and (path <> definition_path or abs(line - definition_line) > 40)
  union all
  -- of a method, what can be seen at once is not asked
  select source_id, symbol, name, path, definition_line, path, line from int_self_calls where abs(line - definition_line) > 20
),

drawn as (
  select * from places
  qualify row_number() over (partition by source_id, definition_path, symbol order by path = definition_path, md5(path || line)) = 1
),

candidate_rows as (
  select
    source_id,
    definition_path as path,
    symbol,
    'found' as outcome,
    {name: name, path: path, line: line} as slots,
    [{tool: 'goto_definition', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({fields: {location_count: 1, 'locations.0.file': definition_path, 'locations.0.line': definition_line}}) as expected
  from drawn
)

select * from candidate_rows
