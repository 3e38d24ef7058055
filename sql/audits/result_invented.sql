-- Tool messages that are not, letter for letter, what that call returned in that workspace.
-- grain: corpus, sample_id, ordinal
with turns as (
  select
    corpus,
    sample_id,
    workspace_id,
    list_contains(tools, 'write_file') as has_written,
    execution_ids,
    unnest(from_json(messages, '["json"]')) as message,
    generate_subscripts(from_json(messages, '["json"]'), 1) as turn
  from samples
),

results as (
  select
    corpus,
    sample_id,
    workspace_id,
    has_written,
    execution_ids,
    turn,
    row_number() over (partition by corpus, sample_id order by turn) as ordinal,
    message ->> '$.content' as content,
    lag(message) over (partition by corpus, sample_id order by turn) as called
  from turns
  where (message ->> '$.role') = 'tool' or json_array_length(message -> '$.tool_calls') > 0
  qualify (message ->> '$.role') = 'tool'
),

compared as (
  select
    results.corpus,
    results.sample_id,
    row_number() over (partition by results.corpus, results.sample_id order by turn) as ordinal,
    left(results.content, 80) as content,
    executions.execution_id is not null as is_real
  from results
  left join executions
    -- what is written makes another workspace of it, of which the sample does not speak
    on (executions.workspace_id = results.workspace_id or results.has_written)
    and list_contains(results.execution_ids, executions.execution_id)
    and executions.tool = results.called ->> '$.tool_calls[0].function.name'
    and list_sort(map_entries(from_json(executions.arguments, '"map(varchar, json)"')))
      = list_sort(map_entries(from_json(results.called -> '$.tool_calls[0].function.arguments', '"map(varchar, json)"')))
    and executions.content = results.content
)

select corpus, sample_id, ordinal, content from compared where not is_real
