-- A file or folder that is searched for deprecations, or a file of some length without any.
-- grain: source_id, path
-- category: search
with hits as (
  select distinct source_id, path, line, text from notes where pattern = 'deprecation' and ends_with(path, '.py')
),

by_file as (
  select
    source_id,
    path,
    list(line order by line) as lines,
    -- some line says that something is deprecated, and none speaks of the word alone
    bool_or(regexp_matches(text, '(?i)\.\. deprecated::|(is|are) deprecated|@deprecated|warn\(.*Deprecat'))
    and not bool_or(regexp_matches(text, '(?i)not deprecated|ignore\[deprecated')) as is_marked
  from hits
  group by all
),

roots as (
  select source_id, path, lines, is_marked, unnest([path, regexp_extract(path, '^[^/]+'), regexp_extract(path, '^[^/]+/[^/]+'), regexp_extract(path, '^[^/]+/[^/]+/[^/]+')]) as root
  from by_file
),

named as (
  select distinct * from roots where root <> '' and not regexp_matches(root, '^(tests?|testing)(/|$)')
),

in_root as (
  select
    source_id,
    root as path,
    list({path: path, lines: lines} order by path) as files,
    sum(len(lines))::bigint as count_lines,
    flatten(list([path || ':' || line for line in lines] order by path)) as places
  from named
  group by source_id, root
  having count_lines <= 8 and bool_and(is_marked)
),

without as (
  select source_id, path
  from files
  where language = 'python' and line_count >= 80 and not is_documentation
    and not exists (from hits where hits.source_id = files.source_id and hits.path = files.path)
  qualify row_number() over (partition by source_id order by md5(path || 'deprecation')) <= 3
),

asked as (
  select source_id, path, 'found' as outcome, files, count_lines, places from in_root
  union all
  select source_id, path, 'empty', [], 0, [] from without
),

candidate_rows as (
  select
    source_id,
    path,
    'deprecat' as symbol,
    outcome,
    {path: path, files: files, count: count_lines, count_files: len(files)} as slots,
    [{tool: 'run_command', arguments: to_json({command:
      case when ends_with(path, '.py') then 'grep -ni "deprecat" ' || path
      else 'grep -rni "deprecat" --include="*.py" ' || path end
    })}] as calls,
    case when outcome = 'found' then to_json({matches: places}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
