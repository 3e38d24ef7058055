-- A class or function whose docstring is asked for: grep tells its line, and the lines from there hold the docstring.
-- grain: source_id, path, symbol
-- category: read
with documented as (
  select *
  from (select *, count(*) over (partition by source_id, path, name) as count_same from symbols)
  where docstring is not null and not contains(qualified_name, '<locals>')
),

chosen as (
  select
    *,
    case when kind = 'class' then 'class' else 'def' end as keyword,
    docstring_end_line - line as count_lines,
    string_split(docstring, chr(10)) as lines
  from documented
  where count_same = 1 and docstring_end_line - line <= 24 and not starts_with(name, '__') and not is_test
    and length(string_split(docstring, chr(10))[1]) between 12 and 160 and len(string_split(docstring, chr(10))) <= 14
    and not regexp_matches(docstring, '[“”]')
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'found' as outcome,
    {name: case kind when 'method' then qualified_name else name end, path: path, line: docstring_line, end_line: docstring_end_line,
      summary: lines[1], lines: lines, count_lines: len(lines)} as slots,
    [
      {tool: 'run_command', arguments: to_json({command: 'grep -n "' || keyword || ' ' || name || '\b" ' || path})},
      {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: line + case when count_lines < 8 then 10 when count_lines < 18 then 20 else 30 end})}
    ] as calls,
    to_json({start_line: line, covers_line: docstring_end_line}) as expected
  from chosen
)

select * from candidate_rows
