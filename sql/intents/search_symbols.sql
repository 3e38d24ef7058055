-- A word of names that is looked for among all symbols of the project, or a name that only another project has.
-- grain: source_id, symbol
-- category: language
with named as (
  select source_id, name, lower(name) as low, path, line, qualified_name, kind, is_test or is_documentation as is_aside from symbols
),

distinct_names as (
  select distinct source_id, low from named
),

words as (
  select source_id, lower(unnest(regexp_extract_all(name, '[A-Z]?[a-z]{3,}|[A-Z]{4,}'))) as word
  from named
  where not is_aside
),

drawn_words as (
  select source_id, word
  from words
  where length(word) between 5 and 12 and word not in ('should', 'after', 'before', 'without', 'other', 'using', 'handle', 'value')
  group by source_id, word
  having count(*) between 2 and 8
  qualify row_number() over (partition by source_id order by md5(source_id || word)) <= 40
),

-- the server lets letters between those of the query pass
loose as (
  select source_id, word, count(*) as count_loose
  from drawn_words
  join distinct_names using (source_id)
  where low like '%' || array_to_string(string_split(word, ''), '%') || '%'
  group by all
),

near as (
  select
    source_id,
    word,
    first(path order by is_aside, path, line) as path,
    list({name: name, file: path, line: line} order by path, line) as places
  from drawn_words
  join named using (source_id)
  where contains(low, word)
  group by all
  having count(*) between 2 and 7 and count(distinct name) >= 2
),

-- names of other projects of the corpus that nothing here is like, five a project
elsewhere as (
  select source_id, name
  from (select distinct source_id, name, qualified_name, kind, is_aside from named)
  where kind in ('class', 'function') and not is_aside and qualified_name = name and not starts_with(name, '_') and length(name) between 9 and 30
  qualify row_number() over (partition by source_id order by md5(name)) <= 8
),

missing as (
  select projects.source_id, elsewhere.name
  from (select distinct source_id from named) as projects
  join elsewhere on elsewhere.source_id <> projects.source_id
  anti join distinct_names on distinct_names.source_id = projects.source_id
    and low like '%' || array_to_string(string_split(replace(lower(elsewhere.name), '_', ''), ''), '%') || '%'
  group by projects.source_id, elsewhere.name -- several projects may have it
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || elsewhere.name)) <= 5
),

candidate_rows as (
  select source_id, path, word as symbol, 'found' as outcome, {query: word} as slots, [{tool: 'workspace_symbols', arguments: to_json({query: word})}] as calls,
    to_json({rows_include: {of: 'symbols', rows: places}}) as expected
  from near
  join loose using (source_id, word)
  where count_loose <= 10
  union all
  select source_id, '.', name, 'empty', {query: name}, [{tool: 'workspace_symbols', arguments: to_json({query: name})}], '{}'::json from missing
)

select * from candidate_rows
