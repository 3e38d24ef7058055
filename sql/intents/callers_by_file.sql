-- A function or class of the project: which files use it how often.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with used as (
  select * from int_used_names where count_files between 2 and 8 and count_calls between 3 and 24
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {path: path, line: line, name: name} as slots,
    [{tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({
      rows_include: {of: 'references', "rows": calls.list_transform(lambda call: {file: call.file, line: call.line})},
      at_least: {reference_count: 4}
    }) as expected
  from used
)

select * from candidate_rows
