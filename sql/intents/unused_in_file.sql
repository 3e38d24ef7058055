-- A module with a few functions, which asks for those that nothing outside of themselves refers to.
-- grain: source_id, path
-- category: workflow
-- surface: code
with tops as (
  select
    source_id,
    path,
    count(*) as count_functions,
    bool_and(len(decorators) = 0 and not starts_with(name, '__')) as is_plain,
    list({name: name, line: line, end_line: end_line} order by line) as functions
  from symbols
  where kind = 'function' and qualified_name = name and not is_test and not is_documentation
  group by all
  having count(*) between 2 and 6
),

outside as (
  select definitions.source_id, definitions.name, list({file: uses.path, line: uses.line} order by uses.path, uses.line) as lines, count(*) as count_lines
  from int_definitions as definitions
  join int_uses as uses using (source_id, name)
  where uses.path <> definitions.path or uses.line not between definitions.line and definitions.end_line
  group by all
),

judged as (
  select
    definitions.source_id,
    definitions.path,
    list({name: definitions.name, line: definitions.line, is_used: outside.lines is not null} order by definitions.line) as functions,
    list(
      case when outside.lines is null then to_json({fields: {reference_count: 1}}) else to_json({rows_include: {of: 'references', rows: outside.lines}}) end
      order by definitions.line
    ) as wanted,
    max(coalesce(count_lines, 0)) as most_lines
  from int_definitions as definitions
  left join outside using (source_id, name)
  where definitions.kind = 'function'
  group by all
),

modules as (
  select judged.*
  from judged
  join tops using (source_id, path)
  where is_plain and len(judged.functions) = count_functions and most_lines <= 30
),

candidate_rows as (
  select
    source_id,
    path,
    'unused functions' as symbol,
    'found' as outcome,
    {path: path, unused: [f for f in functions if not f.is_used], count: len(functions)} as slots,
    list_concat(
      [{tool: 'document_symbols', arguments: to_json({path: path})}],
      [{tool: 'find_references', arguments: to_json({path: path, line: f.line, symbol: f.name})} for f in functions]
    ) as calls,
    json_merge_patch(wanted[-1], to_json({earlier: list_concat(['null'::json], wanted[:-2])})) as expected
  from modules
  -- nearly all modules have none: four a project
  qualify len([f for f in functions if not f.is_used]) > 0 or row_number() over (partition by source_id, len([f for f in functions if not f.is_used]) order by md5(path)) <= 4
)

select * from candidate_rows
