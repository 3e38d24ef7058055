-- A function or class whose uses are looked for from its definition: a few, or none at all.
-- grain: source_id, symbol
-- category: language
with known as (
  select source_id, name, list({file: path, line: line} order by path, line) as lines, count(*) as count_lines
  from int_uses
  group by all
),

-- a name that stands in other calls, as a base or in an `import` over several lines has uses that int_uses does not know
mentioned as (
  select source_id, string_split(callee, '.')[-1] as name, count(*) as times from calls group by all
  union all
  select source_id, name, count(*) from imports where name is not null group by all
  union all
  select source_id, name, count(*) from bases where name is not null group by all
),

mentions as (
  select source_id, name, sum(times) as times from mentioned group by all
),

asked as (
  select
    definitions.source_id,
    definitions.path,
    definitions.name,
    definitions.kind,
    definitions.line,
    coalesce(known.lines, []) as lines,
    coalesce(mentions.times, 0) as times
  from int_definitions as definitions
  left join known using (source_id, name)
  left join mentions using (source_id, name)
  where coalesce(mentions.times, 0) <= 11 and len(definitions.decorators) = 0
  -- those that nothing uses are a tail of their own: three a project
  qualify times > 0 or row_number() over (partition by source_id, times = 0 order by md5(definitions.name)) <= 3
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, kind: kind, path: path, line: line} as slots,
    [{tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({
      rows_include: {of: 'references', rows: list_append(lines, {file: path, line: line})}
    }) as expected
  from asked
)

select * from candidate_rows
