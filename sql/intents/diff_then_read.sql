-- A function with an unstaged change: the diff tells the file and the place, then the code around it is read.
-- grain: source_id, workspace_id, path
-- category: chain
with unstaged as (
  select *, row_number() over (partition by workspace_id order by path) - 1 as entry, count(*) over (partition by workspace_id) as count_files
  from int_changes
  where state <> 'committed' and not is_staged
),

chosen as (
  select
    unstaged.*,
    greatest(line - 8, 1) as start_line,
    least(line + 10, files.line_count) as end_line
  from unstaged
  join files using (source_id, path)
  where is_quotable and function_name <> '' and length(function_name) >= 4 and not starts_with(function_name, '__') and count_files <= 2
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {project: project, function: function_name, path: path, line: line, is_gone: planted = '', planted: planted, original: original, what: what, meaning: meaning} as slots,
    [
      {tool: 'git_diff', arguments: '{}'::json},
      {tool: 'read_file', arguments: to_json({path: {"from": '0.files.' || entry || '.file'}, start_line: start_line, end_line: end_line})}
    ] as calls,
    to_json({
      start_line: start_line,
      covers_line: line,
      earlier: [to_json({fields: map {
        'file_count': to_json(count_files), 'files.' || entry || '.file': to_json(path), 'files.' || entry || '.hunks.0.new_start': to_json(hunk_start)
      }})]
    }) as expected,
    workspace_id
  from chosen
)

select * from candidate_rows
