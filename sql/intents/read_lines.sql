-- Some lines of a file that are asked for by their numbers; a definition begins in them.
-- grain: source_id, path
-- category: read
with definitions as (
  select source_id, path, kind, name, line, ('0x' || left(md5(path || name), 4))::bigint as draw
  from symbols
),

picked as (
  select source_id, path, greatest(1, line - draw % 6) as start_line, draw
  from definitions
  qualify row_number() over (partition by source_id, path order by draw, line) = 1
),

ranges as (
  select picked.*, start_line + 11 + draw % 9 as end_line
  from picked
  join files using (source_id, path)
  where start_line + 20 < files.line_count
),

asked as (
  select
    ranges.*,
    list({kind: definitions.kind, name: definitions.name, line: definitions.line} order by definitions.line) as places
  from ranges
  join definitions
    on definitions.source_id = ranges.source_id and definitions.path = ranges.path
    and definitions.line between ranges.start_line and ranges.end_line
  group by all
  having count(*) <= 4
),

candidate_rows as (
  select
    source_id,
    path,
    'lines' as symbol,
    'found' as outcome,
    {path: path, start_line: start_line, end_line: end_line, places: places, count: len(places)} as slots,
    [{tool: 'read_file', arguments: to_json({path: path, start_line: start_line, end_line: end_line})}] as calls,
    to_json({start_line: start_line, covers_line: end_line}) as expected
  from asked
)

select * from candidate_rows
