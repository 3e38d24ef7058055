-- A module whose three longest functions and methods are looked for.
-- grain: source_id, path
-- category: workflow
-- surface: code
with functions as (
  select
    source_id,
    path,
    qualified_name as name,
    regexp_extract(qualified_name, '([^.]+)$', 1) as short_name,
    line,
    end_line,
    end_line - line + 1 as line_count
  from symbols
  where kind in ('function', 'method') and not contains(qualified_name, '<locals>') and not is_documentation
),

modules as (
  select
    source_id,
    path,
    list({line_count: line_count, name: name, line: line, end_line: end_line} order by line_count desc, name, line) as longest,
    list({name: short_name, line: line, end_line: end_line} order by line) as wanted
  from functions
  group by source_id, path
  -- document_symbols lists a hundred symbols, variables among them
  having count(*) between 6 and 45
),

candidate_rows as (
  select
    source_id,
    path,
    'longest' as symbol,
    'found' as outcome,
    {path: path, longest: longest[:3]} as slots,
    [{tool: 'document_symbols', arguments: to_json({path: path})}] as calls,
    to_json({rows_include: {of: 'symbols', nested: 'children', "rows": wanted}}) as expected
  from modules
  where longest[3].line_count > longest[4].line_count and longest[1].line_count >= 12
)

select * from candidate_rows
