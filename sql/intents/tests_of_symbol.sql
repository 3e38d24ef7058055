-- A function or class: which test functions use it, found by reference and by the outline of their files; or that none does.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with used as (
  select
    *,
    calls.list_filter(lambda call: call.is_test) as tests,
    list_distinct(calls.list_filter(lambda call: call.is_test).list_transform(lambda call: call.file)) as test_files
  from int_used_names
  where count_calls between 1 and 20
),

-- names that tests call in another way (as an attribute, or under an alias) are known to be used, not where
asked as (
  select *
  from used
  where (len(tests) between 1 and 8 and len(test_files) <= 3)
    or (
      len(tests) = 0
      and not exists (from calls where calls.source_id = used.source_id and calls.is_test and ends_with(calls.callee, used.name))
      and not exists (from imports where imports.source_id = used.source_id and imports.path like '%test%' and imports.name = used.name)
    )
  qualify row_number() over (partition by source_id, len(tests) = 0 order by md5(name || 'tests')) <= case when len(tests) = 0 then 6 else 60 end
),

candidate_rows as (
  select
    source_id,
    path,
    'tests of ' || name as symbol,
    'found' as outcome,
    {path: path, line: line, name: name} as slots,
    [{tool: 'find_references', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({
      earlier: [{
        rows_include: {of: 'references', "rows": calls.list_transform(lambda call: {file: call.file, line: call.line})}
      }]
    }) as expected
  from asked
)

select * from candidate_rows
