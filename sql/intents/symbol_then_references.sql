-- A function or class, known by its name alone, whose uses are looked for: its place by the search for symbols, then the references.
-- grain: source_id, symbol
-- category: chain
with known as (
  select source_id, name, list({file: path, line: line} order by path, line) as lines, count(*) as count_lines
  from int_uses
  group by all
),

mentions as (
  select source_id, string_split(callee, '.')[-1] as name, count(*) as times from calls group by all
),

definitions as (
  select definitions.*, coalesce(known.lines, []) as lines
  from int_definitions as definitions
  left join known using (source_id, name)
  left join mentions using (source_id, name)
  where length(definitions.name) >= 8 and len(decorators) = 0 and count_lines between 1 and 9 and coalesce(times, 0) <= 10
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, kind: kind, path: path, line: line} as slots,
    [
      {tool: 'workspace_symbols', arguments: to_json({query: name})},
      {tool: 'find_references', arguments: to_json({path: {"from": '0.symbols.0.file'}, line: {"from": '0.symbols.0.line'}, symbol: name})}
    ] as calls,
    to_json({
      earlier: [{fields: {'symbols.0.name': name, 'symbols.0.file': path, 'symbols.0.line': line}}],
      rows_include: {of: 'references', rows: list_distinct(list_append(lines, {file: path, line: line}))}
    }) as expected
  from definitions
)

select * from candidate_rows
