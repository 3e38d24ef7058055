-- One row per tool call of a sample, with its arguments and the string that came back.
-- grain: corpus, sample_id, ordinal
with sample_rows as (
  select * from samples
),

calls as (
  select
    corpus,
    sample_id,
    split,
    source_id,
    workspace_id,
    generate_subscripts(results, 1) as ordinal,
    unnest(from_json(calls, '[{"tool": "varchar", "arguments": "json"}]')) as call,
    unnest(results) as content,
    unnest(execution_ids) as execution_id
  from sample_rows
  where kind = 'tool'
),

conversations as (
  select corpus, sample_id, split, source_id, workspace_id, ordinal, call.tool as tool, call.arguments as arguments, content, execution_id
  from calls
)

select * from conversations
