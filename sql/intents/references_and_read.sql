-- A function or class that is called in another file: the first of its uses there, with the lines around them.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with used as (
  select
    source_id,
    path,
    name,
    line,
    calls.list_filter(lambda call: call.file <> path) as outside
  from int_used_names
  where count_calls between 2 and 18
),

-- a use that is an import is no example: those that are called by their bare name are imported first
candidate_rows as (
  select
    source_id,
    path,
    'uses of ' || name as symbol,
    'found' as outcome,
    {path: path, line: line, name: name} as slots,
    [
      {tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})},
      {tool: 'read_file', arguments: to_json({path: outside[1].file, start_line: outside[1].line, end_line: outside[1].line})}
    ] as calls,
    to_json({
      earlier: [{
        rows_include: {of: 'references', "rows": outside.list_transform(lambda call: {file: call.file, line: call.line})},
        at_least: {reference_count: 3}
      }]
    }) as expected
  from used
  where len(outside) >= 2
)

select * from candidate_rows
