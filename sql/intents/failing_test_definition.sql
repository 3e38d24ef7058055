-- A test that fails because of a fault in the function it calls: the definition of that, and the line in it to look at.
-- grain: workspace_id, path, symbol, calls
-- category: chain
with failing as (
  select int_failing_tests.*, symbols.line as definition_line
  from int_failing_tests
  join symbols
    on symbols.source_id = int_failing_tests.source_id and symbols.path = int_failing_tests.path
      and symbols.qualified_name = int_failing_tests.symbol
      and changed_line between symbols.line and symbols.end_line + 1
  where defect <> 'renamed_function' and planted <> '' and changed_line - definition_line between 1 and 40
),

suspected as (
  select
    *,
    -- so many lines of the definition are read
    if(changed_line - definition_line <= 15, 15, 40) as count_lines,
    case defect
      when 'inverted_condition' then 'The condition there looks turned around.'
      when 'off_by_one' then 'The number or index there looks off by one.'
      when 'removed_return' then 'It works something out there and does not return it.'
      when 'unresolved_name' then 'The name there looks misspelt.'
      when 'attribute_typo' then 'The attribute there looks misspelt.'
      when 'missing_argument' then 'The call there seems to lack an argument.'
    end as suspicion
  from failing
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    symbol,
    'found' as outcome,
    {
      test_id: test_id, test_name: test_name, test_path: test_path, callee: callee, call_line: call_line, code_path: path,
      definition_line: definition_line, count_lines: count_lines, line: changed_line, planted: planted, suspicion: suspicion
    } as slots,
    [
      {tool: 'pytest_run', arguments: to_json({path: test_id})},
      {tool: 'goto_definition', arguments: to_json({path: test_path, line: {"from": '0.tests.0.line'}, symbol: callee})},
      {tool: 'read_file', arguments: to_json({path: {"from": '1.locations.0.file'}, start_line: {"from": '1.locations.0.line'}, end_line: definition_line + count_lines})}
    ] as calls,
    to_json({
      covers_line: changed_line,
      earlier: [
        to_json({fails: 1, fields: {"tests.0.name": test_id, "tests.0.line": call_line}}),
        to_json({fields: {"locations.0.file": path, "locations.0.line": definition_line}})
      ],
    }) as expected
  from suspected
  where suspicion is not null
  qualify row_number() over (partition by workspace_id, path, symbol order by md5(test_id)) <= 3
)

select * from candidate_rows
