-- Train samples that ask in a held-out phrasing.
-- grain: corpus, sample_id
with sample_rows as (
  select * from samples
)

select corpus, sample_id, intent, prompt from sample_rows where split = 'train' and is_held_out
