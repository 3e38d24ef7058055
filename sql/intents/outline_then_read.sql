-- A class, function or method of a file whose code is to be read to its end: the outline tells its lines, and these are read.
-- grain: source_id, path, symbol
-- category: chain
with sized as (
  select
    *,
    count(*) over (partition by source_id, path) as count_symbols,
    count(*) over (partition by source_id, path, name) as count_same
  from symbols
),

chosen as (
  select *
  from sized
  where count_symbols between 4 and 24 and count_same = 1 and not is_test and not is_documentation and len(decorators) = 0 and length(name) >= 4
    and end_line - line between 4 and 44 and not contains(qualified_name, '<locals>') and not starts_with(name, '__') and ends_with(path, '.py')
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'found' as outcome,
    {name: name, kind: kind, path: path, line: line, end_line: end_line} as slots,
    [
      {tool: 'document_symbols', arguments: to_json({path: path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: end_line})}
    ] as calls,
    to_json({
      earlier: [case when kind <> 'method' then {rows_include: {of: 'symbols', rows: [{name: name, line: line, end_line: end_line}]}}
        else {rows_include: {of: 'symbols.name=' || parent || '.children', rows: [{name: name, line: line, end_line: end_line}]}} end],
      start_line: line,
      covers_line: end_line
    }) as expected
  from chosen
)

select * from candidate_rows
