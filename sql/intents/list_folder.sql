-- A folder whose contents are asked for.
-- grain: source_id, path
-- category: search
with ancestors as (
  select source_id, path, string_split(path, '/') as parts, unnest(generate_series(1, len(string_split(path, '/')) - 1)) as depth
  from files
),

entries as (
  select distinct source_id, array_to_string(parts[:depth], '/') as folder, parts[depth + 1] as entry, len(parts) > depth + 1 as is_folder
  from ancestors
),

folders as (
  select
    source_id,
    folder as path,
    coalesce(list(entry || '/' order by entry) filter (is_folder), []) as folders,
    coalesce(list(entry order by entry) filter (not is_folder), []) as files,
    list(case when is_folder then entry || '/' else entry end order by entry) as lines
  from entries
  group by source_id, folder
  having count(*) between 2 and 24 and not bool_or(starts_with(entry, '.')) -- ls does not show hidden ones
),

candidate_rows as (
  select
    source_id,
    path,
    'ls' as symbol,
    'found' as outcome,
    {path: path, folders: folders, files: files, count_folders: len(folders), count_files: len(files), count: len(lines)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'ls -p ' || path})}] as calls,
    to_json({lines: lines}) as expected
  from folders
)

select * from candidate_rows
