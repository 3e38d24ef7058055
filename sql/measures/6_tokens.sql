-- Tokens a row, as the tokenizer's chat template renders them, and what training leaves out
-- grain: split
select
  split,
  count(count_tokens) as rows,
  quantile_disc(count_tokens, 0.5) as p50,
  quantile_disc(count_tokens, 0.9) as p90,
  quantile_disc(count_tokens, 0.99) as p99,
  max(count_tokens) as max,
  sum(count_tokens)::bigint as total,
  count(*) filter (count_tokens > count_kept) as cut,
  sum(count_trained)::bigint as trained_if_masked,
  count(*) % any_value(batch_size) as rows_after_the_last_batch
from int_trained_tokens, dataset_settings
group by split
order by min(row_id)
