-- One row per call of a tool in a sample, made by the model itself or by the code that it wrote; `turn` is the model's call.
-- grain: corpus, sample_id, turn, ordinal
with sample_rows as (
  select * from samples where kind = 'tool'
),

turns as (
  select
    corpus,
    sample_id,
    split,
    source_id,
    generate_subscripts(execution_ids, 1) as turn,
    unnest(execution_ids) as execution_id
  from sample_rows
),

traced as (
  select turns.*, from_json(executions.trace, '["json"]') as trace
  from turns
  join executions using (execution_id)
),

placed as (
  select * exclude (trace), generate_subscripts(trace, 1) as ordinal, unnest(trace) as call
  from traced
),

tool_calls as (
  select
    * exclude (call),
    call ->> '$[0]' as tool,
    call -> '$[1]' as arguments,
    (call ->> '$[2]')::json as result
  from placed
)

select * from tool_calls
