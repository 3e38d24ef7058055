-- A function whose signature is asked for on a line where it is not: the outline of its file tells the right line.
-- grain: source_id, path, symbol
-- category: language
with sized as (
  select
    *,
    case when kind = 'method' then [p for p in parameters if p.name not in ('self', 'cls')] else parameters end as own_parameters,
    count(*) over (partition by source_id, path) as count_symbols,
    count(*) over (partition by source_id, path, name) as count_same
  from symbols
),

functions as (
  select *, line + [-3, -2, 2, 3, 4, 5, 7, 9][1 + ('0x' || left(md5(path || qualified_name), 6))::bigint % 8] as wrong_line
  from sized
  where kind in ('function', 'method') and count_same = 1 and count_symbols between 2 and 24 and not is_test and not is_documentation
    and "returns" is not null and len(own_parameters) between 1 and 8 and len([p for p in own_parameters if p.annotation is null]) = 0
    and len(decorators) = 0 and length(name) >= 4 and not starts_with(name, '__') and not contains(qualified_name, '<locals>')
    and length(coalesce(docstring, '')) <= 700 and ends_with(path, '.py')
),

misplaced as (
  select functions.*
  from functions
  join files using (source_id, path)
  anti join calls on calls.source_id = functions.source_id and calls.path = functions.path and calls.line = wrong_line and contains(calls.callee, functions.name)
  where wrong_line between 1 and files.line_count
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'recovered' as outcome,
    {name: name, path: path, wrong_line: wrong_line, line: line} as slots,
    [
      {tool: 'hover', arguments: to_json({path: path, line: wrong_line, symbol: name})},
      {tool: 'document_symbols', arguments: to_json({path: path})},
      {tool: 'hover', arguments: to_json({path: path, line: line, symbol: name})}
    ] as calls,
    to_json({
      earlier: [null, case when kind = 'function' then {rows_include: {of: 'symbols', rows: [{name: name, line: line}]}}
        else {rows_include: {of: 'symbols.name=' || parent || '.children', rows: [{name: name, line: line}]}} end],
      fields: {documentation: docstring},
      without_text: {content: ['Unknown', 'Todo', ': (', '| (', '[(']}
    }) as expected
  from misplaced
)

select * from candidate_rows
