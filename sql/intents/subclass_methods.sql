-- A class with a few subclasses: which methods each of them defines.
-- grain: source_id, symbol
-- category: workflow
-- surface: code
with listed as (
  select distinct source_id, path, class_name, class_line, string_split(name, '.')[-1] as base
  from bases
  where name is not null and not is_documentation
),

subclasses as (
  select
    listed.source_id,
    listed.base,
    listed.path,
    listed.class_line as line,
    s.name,
    list({name: m.name, line: m.line} order by m.line) filter (m.name is not null) as methods
  from listed
  join symbols s on s.source_id = listed.source_id and s.path = listed.path and s.line = listed.class_line and s.kind = 'class'
  left join symbols m
    on m.source_id = s.source_id and m.path = s.path and m.parent = s.qualified_name and m.kind = 'method'
  where s.parent is null
  group by all
),

grouped as (
  select
    source_id,
    base as name,
    min(path) as path,
    list({name: name, path: path, line: line, methods: list_distinct(coalesce(methods, []).list_transform(lambda m: m.name)).list_sort()} order by path, line) as subclasses,
    list(path || ':' || line order by path, line) as places,
    list({name: name, line: line, path: path, methods: coalesce(methods, [])} order by path, line) as found
  from subclasses
  where (select count(*) from symbols s where s.source_id = subclasses.source_id and s.name = subclasses.base and s.kind = 'class') <= 1
  group by source_id, base
  having count(*) between 2 and 5
    and count(distinct name) = count(*)
    and sum(len(coalesce(methods, []))) between 2 and 24
    and length(base) >= 4 and regexp_matches(base, '^_?[A-Z]')
    -- those that a search for classes would also find stand in a function or in another class
    and count(*) = (select count(*) from listed l where l.source_id = subclasses.source_id and l.base = subclasses.base)
),

candidate_rows as (
  select
    source_id,
    path,
    'methods under ' || name as symbol,
    'found' as outcome,
    {name: name, subclasses: subclasses, count: len(subclasses)} as slots,
    [
      {tool: 'run_command', arguments: to_json({command: 'grep -rnE "class \w+\(.*\b' || name || '\b" --include="*.py" .'})},
      {tool: 'document_symbols', arguments: to_json({path: path})}
    ] as calls,
    to_json({
      earlier: list_prepend(
        to_json({matches: places}),
        [
          to_json({rows_include: {of: 'symbols', nested: 'children', "rows": list_prepend({name: f.name, line: f.line}, f.methods)}})
          for f in found
        ]
      )
    }) as expected
  from grouped
)

select * from candidate_rows
