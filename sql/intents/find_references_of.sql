-- A function, class or method whose uses are looked for from its definition: a few, or none at all.
-- grain: source_id, path, symbol
-- category: language
with known as (
  select source_id, name, list({file: path, line: line} order by path, line) as lines
  from int_uses
  group by all
),

-- how often a name is called, imported or a base: uses that int_uses does not know are among these
mentioned as (
  select source_id, string_split(callee, '.')[-1] as name from calls
  union all
  select source_id, name from imports
  union all
  select source_id, name from bases
),

mentions as (
  select source_id, name, count(*) as times from mentioned group by all
),

definitions as (
  select
    definitions.source_id,
    definitions.path,
    definitions.name as symbol,
    definitions.name,
    definitions.kind,
    definitions.line,
    coalesce(known.lines, []) as lines
  from int_definitions as definitions
  left join known using (source_id, name)
  left join mentions using (source_id, name)
  where coalesce(mentions.times, 0) <= 11 and len(definitions.decorators) = 0
  -- those that nothing uses are a tail of their own: three a project
  qualify mentions.times > 0 or row_number() over (partition by source_id, mentions.times is null order by md5(definitions.name)) <= 3
),

methods as (
  select source_id, path, symbol, name, 'method' as kind, definition_line as line, list({file: path, line: line} order by line) as lines
  from int_self_calls
  where is_only and len(decorators) = 0
  group by all
  having count(*) <= 8
),

asked as (
  select * from definitions
  union all
  select * from methods
),

candidate_rows as (
  select
    source_id,
    path,
    symbol,
    'found' as outcome,
    {name: name, kind: kind, path: path, line: line} as slots,
    [{tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({rows_include: {of: 'references', rows: list_distinct(list_append(lines, {file: path, line: line}))}}) as expected
  from asked
)

select * from candidate_rows
