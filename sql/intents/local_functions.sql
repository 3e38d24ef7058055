-- A module with a few functions, which asks for those that no other file uses.
-- grain: source_id, path
-- category: workflow
-- surface: code
with tops as (
  select source_id, path, count(*) as count_functions, bool_and(len(decorators) = 0 and not starts_with(name, '__')) as is_plain
  from symbols
  where kind = 'function' and qualified_name = name and not is_test and not is_documentation
  group by all
  having count(*) between 2 and 6
),

used as (
  select
    definitions.source_id,
    definitions.path,
    definitions.name,
    definitions.line,
    list({file: uses.path, line: uses.line} order by uses.path, uses.line) filter (uses.line is not null) as lines
  from int_definitions as definitions
  left join int_uses as uses using (source_id, name)
  where definitions.kind = 'function'
  group by definitions.source_id, definitions.path, definitions.name, definitions.line
),

judged as (
  select
    source_id,
    path,
    list({name: name, line: line} order by line) as functions,
    -- all uses that facts know must be found; whether there are more, the references tell
    list(to_json({rows_include: {of: 'references', rows: list_distinct(list_append(coalesce(lines, []), {file: path, line: line}))}}) order by line) as wanted,
    max(coalesce(len(lines), 0)) as most_lines
  from used
  group by source_id, path
),

modules as (
  select judged.*
  from judged
  join tops using (source_id, path)
  where is_plain and len(functions) = count_functions and most_lines <= 30
),

candidate_rows as (
  select
    source_id,
    path,
    'local functions' as symbol,
    'found' as outcome,
    {path: path, functions: functions, count: len(functions)} as slots,
    list_concat(
      [{tool: 'document_symbols', arguments: to_json({path: path})}],
      [{tool: 'find_references', arguments: to_json({path: path, line: f.line, symbol: f.name})} for f in functions]
    ) as calls,
    json_merge_patch(wanted[-1], to_json({earlier: list_concat(['null'::json], wanted[:-2])})) as expected
  from modules
)

select * from candidate_rows
