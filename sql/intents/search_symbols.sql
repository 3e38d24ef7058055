-- A word of names that is looked for among all symbols of the project, or a name that only another project has.
-- grain: source_id, symbol
-- category: language
with named as (
  select source_id, name, lower(name) as low, path, line, kind, is_test or is_documentation as is_aside from symbols
),

words as (
  select distinct source_id, lower(unnest(regexp_extract_all(name, '[A-Z]?[a-z]{3,}|[A-Z]{4,}'))) as word
  from named
  where not is_aside
),

matched as (
  select
    words.source_id,
    word,
    count(*) filter (contains(low, word)) as count_near,
    count(*) as count_all,
    count(distinct name) filter (contains(low, word) and not is_aside) as count_names,
    first(path order by not contains(low, word), is_aside, path, line) as path,
    list({name: name, file: path, line: line} order by path, line) filter (contains(low, word)) as places
  from words
  -- the server matches letters with gaps between them
  join named on named.source_id = words.source_id and regexp_matches(low, array_to_string(string_split(word, ''), '.*'))
  where length(word) between 5 and 12
  group by all
),

near as (
  select * from matched
  where count_near between 2 and 9 and count_all <= 14 and count_names >= 2
  qualify row_number() over (partition by source_id order by md5(source_id || word)) <= 40
),

-- names of other projects of the corpus that nothing here is like, three a project
elsewhere as (
  select source_id, name from symbols
  where kind in ('class', 'function') and not is_test and not is_documentation and qualified_name = name and not starts_with(name, '_') and length(name) between 9 and 30
),

missing as (
  select projects.source_id, others.name
  from (select distinct source_id from named) as projects
  join (select distinct source_id, name from elsewhere qualify row_number() over (partition by source_id order by md5(name)) <= 12) as others on others.source_id <> projects.source_id
  where not exists (
    from named where named.source_id = projects.source_id and regexp_matches(low, array_to_string(string_split(lower(others.name), ''), '.*'))
  )
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || others.name)) <= 5
),

asked as (
  select source_id, path, word as query, 'found' as outcome, places from near
  union all
  select source_id, '.', name, 'empty', [] from missing
),

candidate_rows as (
  select
    source_id,
    path,
    query as symbol,
    outcome,
    {query: query} as slots,
    [{tool: 'workspace_symbols', arguments: to_json({query: query})}] as calls,
    case when outcome = 'found' then to_json({rows_include: {of: 'symbols', rows: places}}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
