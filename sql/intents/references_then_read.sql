-- A function or class and how it is called: its references, then the lines around a call in another file.
-- grain: source_id, symbol
-- category: chain
with uses as (
  select uses.source_id, uses.name, uses.path, uses.line, uses.is_test, callers.line as caller_line, callers.end_line as caller_end_line
  from int_uses as uses
  join symbols as callers on callers.source_id = uses.source_id and callers.path = uses.path and callers.qualified_name = uses.caller
    and uses.line between callers.line and callers.end_line
  where uses.kind = 'call' and uses.path <> uses.definition_path and not uses.is_documentation
),

counted as (
  select source_id, name, list({file: path, line: line} order by path, line) as lines, count(*) as count_uses from uses group by all
),

mentions as (
  select source_id, string_split(callee, '.')[-1] as name, count(*) as times from calls group by all
),

shown as (
  select definitions.source_id, definitions.path, definitions.name, definitions.kind, definitions.line, counted.lines,
    uses.path as use_path, uses.line as use_line, greatest(uses.line - 4, 1) as start_line, uses.line + 6 as end_line,
    -- of the lines that are read, those of the function that calls
    greatest(caller_line - greatest(uses.line - 4, 1), 0) as count_before, greatest(uses.line + 6 - caller_end_line, 0) as count_after
  from int_definitions as definitions
  join counted using (source_id, name)
  join mentions using (source_id, name)
  join uses using (source_id, name)
  where count_uses <= 8 and times <= 10 and len(definitions.decorators) = 0
  qualify row_number() over (partition by definitions.source_id, definitions.name order by uses.is_test, uses.path, uses.line) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, kind: kind, path: path, line: line, use_path: use_path, use_line: use_line, first: count_before, last: end_line - start_line + 1 - count_after} as slots,
    [
      {tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})},
      {tool: 'read_file', arguments: to_json({path: use_path, start_line: start_line, end_line: end_line})}
    ] as calls,
    to_json({
      earlier: [{rows_include: {of: 'references', rows: lines}}],
      start_line: start_line,
      covers_line: use_line
    }) as expected
  from shown
)

select * from candidate_rows
