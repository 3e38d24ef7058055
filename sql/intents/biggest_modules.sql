-- A folder whose longest Python files are looked for.
-- grain: source_id, path
-- category: workflow
-- surface: code
with folders as (
  select
    source_id,
    path,
    python_files,
    line_count,
    list_reverse_sort(list_transform(python_files, lambda f: {line_count: f.line_count, path: f.path})) as longest
  from int_python_folders
  where count_files between 4 and 40
    and is_scanned
    -- the third is longer than the fourth: who is among the first three is beyond doubt
    and list_reverse_sort(python_files.list_transform(lambda f: f.line_count))[3]
      > list_reverse_sort(python_files.list_transform(lambda f: f.line_count))[4]
),

candidate_rows as (
  select
    source_id,
    path,
    'longest' as symbol,
    'found' as outcome,
    {
      path: path,
      longest: longest[:3],
      count: len(python_files),
      line_count: line_count
    } as slots,
    [
      {tool: 'run_command', arguments: to_json({command: 'find ' || path || ' -type f -name "*.py"'})},
      {tool: 'run_command', arguments: to_json({command: 'wc -l ' || array_to_string(python_files.list_transform(lambda f: f.path), ' ')})}
    ] as calls,
    to_json({
      earlier: [{files: python_files.list_transform(lambda f: f.path)}],
      numbers: list_append(python_files.list_transform(lambda f: f.line_count), line_count)
    }) as expected
  from folders
  where path <> 'src' and line_count >= 100
)

select * from candidate_rows
