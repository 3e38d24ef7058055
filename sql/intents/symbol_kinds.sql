-- A word that several names of a project contain: what kinds of symbols these are.
-- grain: source_id, symbol
-- category: workflow
-- surface: code
with words as (
  select source_id, path, name, kind, line, unnest(list_distinct(regexp_extract_all(name, '[A-Z]?[a-z]{4,}'))) as part
  from symbols
  where not is_documentation and not starts_with(name, 'test')
),

counted as (
  select
    source_id,
    lower(part) as word,
    min(path) filter (kind = 'class') as path,
    count(*) as count_symbols,
    count(distinct kind) as count_kinds,
    list({name: name, file: path, line: line} order by path, line) as names
  from words
  group by all
  having count(*) between 4 and 18 and count_kinds >= 2 and count(distinct name) >= 4 and bool_or(kind = 'class')
),

candidate_rows as (
  select
    source_id,
    path,
    'symbols: ' || word as symbol,
    'found' as outcome,
    {query: word} as slots,
    [{tool: 'workspace_symbols', arguments: to_json({query: word})}] as calls,
    to_json({rows_include: {of: 'symbols', "rows": names}, at_least: {symbol_count: 4}}) as expected
  from counted
)

select * from candidate_rows
