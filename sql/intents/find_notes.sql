-- A kind of note left in comments, with or without hits.
-- grain: source_id, symbol
-- category: search
with tags(tag) as (
  select unnest(['TODO', 'FIXME', 'XXX', 'HACK'])
),

by_file as (
  select
    source_id,
    tag,
    path,
    list(distinct line order by line) as lines,
    bool_and(regexp_matches(text, '#.*\b' || tag || '\b')) as is_in_comments
  from notes
  join tags on regexp_matches(text, '\b' || tag || '\b')
  where pattern = 'note' and ends_with(path, '.py')
  group by all
),

asked as (
  select
    projects.source_id,
    tags.tag,
    coalesce(min(path), '.') as path,
    coalesce(list({path: path, lines: lines} order by path) filter (path is not null), []) as files,
    coalesce(sum(len(lines)), 0)::bigint as count_lines,
    flatten(coalesce(list([path || ':' || line for line in lines] order by path) filter (path is not null), [])) as places
  from (select distinct source_id from files) projects
  cross join tags
  left join by_file using (source_id, tag)
  group by all
  having count_lines <= 14 and coalesce(bool_and(is_in_comments), true) -- a string that holds XXX is no note
),

candidate_rows as (
  select
    source_id,
    path,
    tag as symbol,
    case when count_lines = 0 then 'empty' else 'found' end as outcome,
    {tag: tag, files: files, count: count_lines, count_files: len(files)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnw "' || tag || '" --include="*.py" .'})}] as calls,
    case when count_lines = 0 then '{}'::json else to_json({matches: places}) end as expected
  from asked
)

select * from candidate_rows
