-- Conversations that stand in two splits.
-- grain: corpus, prompt, calls
with sample_rows as (
  select * from samples
),

shared as (
  select corpus, prompt, calls::varchar as calls, count(distinct split) as count_splits, min(sample_id) as sample_id
  from sample_rows
  group by corpus, prompt, calls::varchar, results, answer
)

select corpus, sample_id, prompt, calls from shared where count_splits > 1
