-- A use of a function, of which both the place of its definition and its signature are asked for.
-- grain: source_id, path, symbol
-- category: workflow
with functions as (
  select *
  from int_definitions
  where kind = 'function' and "returns" is not null and len(parameters) between 1 and 8 and len([p for p in parameters if p.annotation is null]) = 0
    and len(decorators) = 0 and length(coalesce(docstring, '')) <= 900 and ends_with(path, '.py')
),

places as (
  select functions.*, uses.path as use_path, uses.line as use_line
  from functions
  join int_uses as uses using (source_id, name)
  where uses.path <> functions.path and not uses.is_documentation
  qualify row_number() over (partition by source_id, name order by md5(uses.path || uses.line || 'both')) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: use_path, line: use_line,
      summary: case when regexp_full_match(string_split(docstring, chr(10))[1], '[^"\\“”]+[.!]') then string_split(docstring, chr(10))[1] end} as slots,
    [
      {tool: 'goto_definition', arguments: to_json({path: use_path, line: use_line, symbol: name})},
      {tool: 'hover', arguments: to_json({path: {"from": '0.locations.0.file'}, line: {"from": '0.locations.0.line'}, symbol: name})}
    ] as calls,
    to_json({
      earlier: [{fields: {location_count: 1, 'locations.0.file': path, 'locations.0.line': line}}],
      fields: {documentation: docstring},
      without_text: {content: ['Unknown', 'Todo', ': (', '| (', '[(']}
    }) as expected
  from places
)

select * from candidate_rows
