-- A function, known by its name alone, whose signature is asked for: its place by the search for symbols, then the type there.
-- grain: source_id, symbol
-- category: chain
with functions as (
  select *
  from int_definitions
  where kind = 'function' and "returns" is not null and len(parameters) between 1 and 8 and len([p for p in parameters if p.annotation is null]) = 0
    and len(decorators) = 0 and length(name) >= 6 and length(coalesce(docstring, '')) <= 700 and ends_with(path, '.py')
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: path, line: line, parameters: [p.name for p in parameters],
      summary: case when regexp_full_match(string_split(docstring, chr(10))[1], '[^"\\“”]+[.!]') then string_split(docstring, chr(10))[1] end} as slots,
    [
      {tool: 'workspace_symbols', arguments: to_json({query: name})},
      {tool: 'hover', arguments: to_json({path: {"from": '0.symbols.0.file'}, line: {"from": '0.symbols.0.line'}, symbol: name})}
    ] as calls,
    to_json({
      earlier: [{fields: {'symbols.0.name': name, 'symbols.0.file': path, 'symbols.0.line': line}}],
      fields: {documentation: docstring},
      without_text: {content: ['Unknown', 'Todo', ': (', '| (', '[(']}
    }) as expected
  from functions
)

select * from candidate_rows
