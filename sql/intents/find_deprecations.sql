-- A file or folder that is searched for deprecations, or a file of some length without any.
-- grain: source_id, path
-- category: search
with hits as (
  select * from notes where pattern = 'deprecation'
),

roots as (
  select source_id, path, line, unnest([path, regexp_extract(path, '^[^/]+'), regexp_extract(path, '^[^/]+/[^/]+')]) as root
  from hits
),

in_root as (
  select
    source_id,
    root as path,
    list({path: path, line: line} order by path, line) as places,
    list(path || ':' || line order by path, line) as lines
  from (select distinct * from roots)
  group by source_id, root
  having count(*) <= 14
),

without as (
  select source_id, path
  from files
  where language = 'python' and line_count >= 80 and not is_documentation
    and not exists (from hits where hits.source_id = files.source_id and hits.path = files.path)
  qualify row_number() over (partition by source_id order by md5(path || 'deprecation')) <= 3
),

asked as (
  select source_id, path, 'found' as outcome, places, lines from in_root
  union all
  select source_id, path, 'empty', [], [] from without
),

candidate_rows as (
  select
    source_id,
    path,
    'DeprecationWarning' as symbol,
    outcome,
    {path: path, places: places, count: len(places), count_files: len(list_distinct([place.path for place in places]))} as slots,
    [{tool: 'run_command', arguments: to_json({command:
      case when ends_with(path, '.py') then 'grep -n "DeprecationWarning" ' || path
      else 'grep -rn "DeprecationWarning" --include="*.py" ' || path end
    })}] as calls,
    case when outcome = 'found' then to_json({matches: lines}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
