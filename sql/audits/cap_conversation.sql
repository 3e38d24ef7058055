-- Conversations with more turns of calls, or more characters, than the recipe allows.
-- grain: corpus, sample_id
with recipe as (
  select
    corpus,
    (recipe ->> '$.execute.max_turns')::bigint as max_turns,
    (recipe ->> '$.execute.max_conversation_chars')::bigint as max_chars
  from settings
),

sizes as (
  select corpus, sample_id, count_turns, length(prompt) + length(answer) + length(calls::varchar) + coalesce(list_sum(list_transform(results, lambda result: length(result))), 0) as count_chars
  from samples
),

over as (
  select sizes.*, max_turns, max_chars from sizes join recipe using (corpus)
)

select * from over where count_turns > max_turns or count_chars > max_chars
