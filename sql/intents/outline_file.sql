-- A module whose classes and functions are listed with their lines.
-- grain: source_id, path
-- category: language
with defined as (
  select
    source_id,
    path,
    count(*) as count_symbols,
    list({name: name, kind: kind, line: line, end_line: end_line} order by line) filter (qualified_name = name) as tops
  from symbols
  where not is_test and not is_documentation
  group by all
),

modules as (
  select defined.*, files.line_count
  from defined
  join files using (source_id, path)
  where count_symbols between 3 and 22 and len(tops) >= 2 and line_count <= 500 and ends_with(path, '.py')
),

candidate_rows as (
  select
    source_id,
    path,
    'outline' as symbol,
    'found' as outcome,
    {path: path} as slots,
    [{tool: 'document_symbols', arguments: to_json({path: path})}] as calls,
    to_json({rows_include: {of: 'symbols', rows: tops}}) as expected
  from modules
)

select * from candidate_rows
