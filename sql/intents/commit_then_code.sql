-- A project whose newest commit names a function: the log tells which, the symbol search where, and then its code is read.
-- grain: source_id, workspace_id
-- category: chain
with newest as (
  select workspace_id, hash, message, author, left(date, 10) as day from commits where ordinal = 1 and not is_base
),

-- functions whose name nothing else in the project has
named_once as (
  select source_id, name, any_value(path) as path, any_value(line) as def_line, any_value(end_line) as end_line
  from symbols
  where kind in ('function', 'method')
  group by source_id, name
  having count(*) = 1
),

chosen as (
  select
    int_changes.*,
    newest.hash,
    newest.author,
    newest.day,
    def_line,
    least(def_line + 25, files.line_count) as last_line,
    end_line
  from int_changes
  join newest using (workspace_id, message)
  join named_once on named_once.source_id = int_changes.source_id and named_once.name = int_changes.function_name and named_once.path = int_changes.path
  join files on files.source_id = int_changes.source_id and files.path = int_changes.path
  where state = 'committed' and defect <> 'renamed_function' and contains(message, function_name) and not contains(message, '\')
    and length(function_name) >= 5 and not starts_with(function_name, '__')
    and changed_line between def_line and def_line + 25
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    'found' as outcome,
    {project: project, folder: folder, hash: hash, message: message, author: author, day: day, function: function_name, path: path, line: def_line, end_line: end_line} as slots,
    [
      {tool: 'git_log', arguments: to_json({"limit": 1})},
      {tool: 'workspace_symbols', arguments: to_json({query: function_name})},
      {tool: 'read_file', arguments: to_json({path: {"from": '1.symbols.0.file'}, start_line: {"from": '1.symbols.0.line'}, end_line: last_line})}
    ] as calls,
    to_json({
      start_line: def_line,
      covers_line: last_line,
      earlier: [
        to_json({fields: {'commits.0.hash': hash, 'commits.0.message': message}}),
        to_json({fields: {'symbols.0.file': path, 'symbols.0.line': def_line, 'symbols.0.name': function_name}})
      ]
    }) as expected,
    workspace_id
  from chosen
)

select * from candidate_rows
