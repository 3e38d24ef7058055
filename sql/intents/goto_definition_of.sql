-- A place where a function, class or method of the project is imported or called, and which asks where that is defined.
-- grain: source_id, path, symbol
-- category: language
with uses as (
  select source_id, name, definition_path, definition_line, path, line from int_uses where not is_documentation
),

methods as (
  select source_id, path, parent, name, any_value(line) as line
  from symbols
  where kind = 'method' and not is_test and not is_documentation and not starts_with(name, '__') and length(name) >= 5 and not contains(qualified_name, '<locals>')
  group by all
  having count(*) = 1
),

own_calls as (
  select methods.source_id, methods.parent || '.' || methods.name as symbol, methods.name, methods.path, methods.line as definition_line, calls.line
  from calls
  join methods on methods.source_id = calls.source_id and methods.path = calls.path and calls.callee = 'self.' || methods.name
    and starts_with(calls.caller, methods.parent || '.')
  -- the method of the class itself, seen from afar
  where abs(calls.line - methods.line) > 20
),

places as (
  select source_id, name as symbol, name, definition_path, definition_line, path, line from uses where path <> definition_path or abs(line - definition_line) > 40
  union all
  select source_id, symbol, name, path, definition_line, path, line from own_calls
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
