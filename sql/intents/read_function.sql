-- A function or method that is read: grep tells its line, and so many lines from there are shown that it ends in them.
-- grain: source_id, path, symbol
-- category: read
with functions as (
  select *, count(*) over (partition by source_id, path, name) as count_same
  from symbols
  where kind in ('function', 'method')
),

chosen as (
  select
    *,
    case when end_line - line < 20 then 20 when end_line - line < 40 then 40 else 60 end as count_lines,
    case when kind = 'method' then [parameter for parameter in parameters if parameter.name not in ('self', 'cls')] else parameters end as own_parameters
  from functions
  where count_same = 1 and len(decorators) = 0 and end_line - line between 4 and 58 and not starts_with(name, '__') and not contains(qualified_name, '<locals>')
    and not is_test
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'found' as outcome,
    {name: case kind when 'method' then qualified_name else name end, plain_name: name, path: path, line: line, end_line: end_line, is_async: is_async,
      parameters: [parameter.name for parameter in own_parameters],
      "returns": case when not contains("returns", chr(10)) then "returns" end,
      summary: string_split(docstring, chr(10))[1]} as slots,
    [
      {tool: 'run_command', arguments: to_json({command: 'grep -n "def ' || name || '\b" ' || path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: line + count_lines})}
    ] as calls,
    to_json({start_line: line, covers_line: end_line}) as expected
  from chosen
)

select * from candidate_rows
