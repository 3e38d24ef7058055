-- A function whose calls are looked for, or one that is defined and never called.
-- grain: source_id, symbol
-- category: search
with functions as (
  select source_id, name, any_value(path) as path, any_value(line) as line
  from symbols
  where not starts_with(name, '__') and length(name) >= 5
  group by source_id, name
  having count(*) = 1 and bool_and(kind = 'function' and parent is null and not is_test and not is_documentation)
),

lines as (
  select distinct source_id, path, line, string_split(callee, '.')[-1] as name from calls
),

by_file as (
  select functions.source_id, functions.name, lines.path, list(lines.line order by lines.line) as lines, count(*) as count_lines
  from functions
  join lines using (source_id, name)
  group by all
),

called as (
  select
    source_id,
    name,
    list({path: path, lines: lines, count: count_lines} order by path) as files,
    sum(count_lines)::bigint as count_calls,
    flatten(list([path || ':' || line for line in lines] order by path)) as places
  from by_file
  group by source_id, name
  having sum(count_lines) <= 12
),

asked as (
  select
    functions.*,
    coalesce(called.files, []) as files,
    coalesce(called.count_calls, 0) as count_calls,
    list_distinct(list_append(coalesce(called.places, []), functions.path || ':' || functions.line)) as places
  from functions
  left join called using (source_id, name)
  where called.name is not null or not exists (from by_file b where b.source_id = functions.source_id and b.name = functions.name)
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: path, line: line, files: files, count: count_calls, count_files: len(files)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnE "\b' || name || '\(" --include="*.py" .'})}] as calls,
    to_json({matches: places}) as expected
  from asked
  -- the functions that nothing calls are a tail of their own: two a project
  qualify count_calls > 0 or row_number() over (partition by source_id, count_calls = 0 order by md5(name)) <= 2
)

select * from candidate_rows
