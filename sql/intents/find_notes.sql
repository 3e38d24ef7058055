-- A kind of note left in comments, with or without hits.
-- grain: source_id, symbol
-- category: search
with tags(tag) as (
  select unnest(['TODO', 'FIXME', 'XXX', 'HACK'])
),

hits as (
  select distinct notes.source_id, tags.tag, notes.path, notes.line
  from notes
  join tags on regexp_matches(notes.text, '\b' || tags.tag || '\b')
  where notes.pattern = 'note'
),

asked as (
  select
    projects.source_id,
    tags.tag,
    coalesce(min(hits.path), '.') as path,
    coalesce(list({path: hits.path, line: hits.line} order by hits.path, hits.line) filter (hits.path is not null), []) as places,
    coalesce(list(hits.path || ':' || hits.line order by hits.path, hits.line) filter (hits.path is not null), []) as lines
  from (select distinct source_id from files) projects
  cross join tags
  left join hits using (source_id, tag)
  group by all
  having count(hits.path) <= 14
),

candidate_rows as (
  select
    source_id,
    path,
    tag as symbol,
    case when len(places) = 0 then 'empty' else 'found' end as outcome,
    {tag: tag, places: places, count: len(places), count_files: len(list_distinct([place.path for place in places]))} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnw "' || tag || '" --include="*.py" .'})}] as calls,
    case when len(places) = 0 then '{}'::json else to_json({matches: lines}) end as expected
  from asked
)

select * from candidate_rows
