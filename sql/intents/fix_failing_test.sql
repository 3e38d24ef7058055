-- A test that fails because of one line in the code it runs: the line is mended, the file is written, and the test runs again.
-- grain: workspace_id, path, symbol
-- category: edit
-- surface: code
with fixes as (
  select
    int_fixes.source_id, workspace_id, ordinal, int_fixes.path, int_fixes.symbol, int_fixes.changed_line, int_fixes.planted, int_fixes.original, content,
    literals, tests.test_id, tests.test_name, tests.test_path, tests.callee, symbols.end_line - symbols.line as count_body_lines,
    case int_fixes.defect
      when 'inverted_condition' then 'the condition was turned around'
      when 'off_by_one' then 'the index or limit was off by one'
      when 'removed_return' then 'the return was missing'
      when 'unresolved_name' then 'the name was misspelt'
      when 'attribute_typo' then 'the attribute was misspelt'
      when 'missing_argument' then 'the call left out an argument'
    end as cause
  from int_fixes
  join int_failing_tests tests using (workspace_id, ordinal)
  join symbols
    on symbols.source_id = int_fixes.source_id and symbols.path = int_fixes.path and symbols.qualified_name = int_fixes.symbol
      and int_fixes.changed_line between symbols.line and symbols.end_line + 1
  where count_lines <= 380 and not is_removal and symbols.end_line - symbols.line <= 50
    -- one definition of that name in the file
    and (int_fixes.source_id, int_fixes.path, callee) in (select source_id, path, name from symbols group by all having count(*) = 1)
  qualify row_number() over (partition by workspace_id, ordinal order by md5(test_id)) = 1
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    symbol,
    'found' as outcome,
    {
      test_id: test_id, test_name: test_name, path: path, callee: callee, line: changed_line, cause: cause, planted: planted, original: original,
      old: literals[1], "new": literals[2],
      count_lines: case when count_body_lines < 15 then 15 when count_body_lines < 30 then 30 else 50 end
    } as slots,
    [
      {tool: 'pytest_run', arguments: to_json({path: test_id})},
      {tool: 'run_command', arguments: to_json({command: 'grep -nE "def ' || callee || '\b" ' || path})},
      {tool: 'read_file', arguments: to_json({path: path})},
      {tool: 'write_file', arguments: to_json({path: path, content: content})},
      {tool: 'pytest_run', arguments: to_json({path: test_id})}
    ] as calls,
    to_json({
      fields: {success: true},
      earlier: [{fails: 1, fields: {"tests.0.name": test_id}}],
    }) as expected
  from fixes
  where cause is not null
)

select * from candidate_rows
