-- Samples whose conversation stands in the corpus twice, letter for letter.
-- grain: corpus, sample_id
with sample_rows as (
  select * from samples
),

repeated as (
  select corpus, sample_id, prompt, first_value(sample_id) over same as first_id, count(*) over same as count_same
  from sample_rows
  window same as (partition by corpus, prompt, calls, results, answer)
)

select corpus, sample_id, first_id, prompt from repeated where count_same > 1
