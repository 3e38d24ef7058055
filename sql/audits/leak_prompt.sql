-- Prompts that stand in two splits, case and space folded.
-- grain: corpus, folded
with sample_rows as (
  select *, lower(trim(regexp_replace(prompt, '\s+', ' ', 'g'))) as folded from samples
),

shared as (
  select corpus, folded, count(distinct split) as count_splits, min(sample_id) as sample_id
  from sample_rows
  group by corpus, folded
)

select corpus, sample_id, folded from shared where count_splits > 1
