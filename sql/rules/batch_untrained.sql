-- Batches in which no token of any row is trained when the prompt is masked.
-- grain: split, batch
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: Such a batch divides by zero: its loss is NaN, and after one step every weight is.
-- remedy: Shorten or drop their rows; batches are made of rows as they follow in the file.
with placed as (
  select
    *,
    row_number() over (partition by split order by count_keys, row_id) - 1 as place,
    count(*) over (partition by split) as count_rows
  from int_trained_tokens
),

batches as (
  select placed.*, place // batch_size as batch, batch_size, max_seq_length
  from placed, dataset_settings
  where place < count_rows // batch_size * batch_size
),

-- a row is filled up to a multiple of 32 and one more, which the loss of a short row reaches
widths as (
  select *, least(1 + 32 * ((max(count_tokens) over (partition by split, batch) + 31) // 32), max_seq_length) as width
  from batches
),

targets as (
  select
    split,
    batch,
    batch_size,
    min(row_id) as row_id,
    count(count_tokens) as count_rendered,
    sum(greatest(least(count_kept, width - 1) - greatest(coalesce(count_prompt_tokens, 0), 1) + 1, 0)) as count_targets
  from widths
  group by split, batch, batch_size
)

select row_id, format('the {} rows of {} batch {:,}', batch_size, split, batch + 1) as evidence
from targets
where count_rendered = batch_size and count_targets = 0
