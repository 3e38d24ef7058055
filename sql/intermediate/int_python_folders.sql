-- One row per folder with Python files in it, at any depth: how many and how long they are. Documentation is left out.
-- grain: source_id, path
with python_files as (
  select source_id, path, coalesce(line_count, 0) as line_count, drop_reason, is_test, string_split(path, '/') as parts
  from files
  where language = 'python' and not is_documentation
),

placed as (
  select
    source_id,
    unnest([array_to_string(parts[1:depth], '/') for depth in range(1, len(parts))]) as folder,
    path,
    line_count,
    drop_reason,
    is_test
  from python_files
),

folders as (
  select
    source_id,
    folder as path,
    count(*) as count_files,
    sum(line_count)::bigint as line_count,
    list({path: path, line_count: line_count} order by path) as python_files,
    bool_and(is_test) as is_test,
    bool_and(coalesce(drop_reason, 'empty') = 'empty') as is_scanned
  from placed
  group by all
)

select * from folders
