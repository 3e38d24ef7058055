-- A top-level class that is read: its file's definitions tell where it begins and where the next one does.
-- grain: source_id, path, symbol
-- category: read
with top_level as (
  select
    *,
    lead(line) over (partition by source_id, path order by line) as next_line,
    count(*) over (partition by source_id, path) as count_definitions
  from symbols
  where parent is null and "column" = 1
),

methods as (
  select source_id, path, parent as qualified_name, list(name order by line) as methods
  from (select source_id, path, parent, name, min(line) as line from symbols where kind = 'method' group by all)
  group by all
),

classes as (
  select top_level.*, coalesce(methods.methods, []) as methods
  from top_level
  left join methods using (source_id, path, qualified_name)
  where kind = 'class' and len(decorators) = 0 and end_line - line between 5 and 55 and count_definitions between 2 and 24
    and coalesce(next_line, end_line + 1) - line <= 70 and len(coalesce(methods.methods, [])) <= 9
  qualify count(*) over (partition by source_id, path, name) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: path, line: line, end_line: end_line, bases: case when signature_end_line = line then bases else [] end, methods: methods,
      summary: case when docstring_line is not null then string_split(docstring, chr(10))[1] end} as slots,
    [
      {tool: 'run_command', arguments: to_json({command: 'grep -nE "^(class|def|async def) " ' || path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: next_line - 1})}
    ] as calls,
    to_json({start_line: line, covers_line: end_line}) as expected
  from classes
)

select * from candidate_rows
