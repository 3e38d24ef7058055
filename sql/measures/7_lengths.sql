-- Rows by their tokens
-- grain: tokens_from
with counted as (
  select count_tokens, greatest(64, 2 ** floor(log2(greatest(count_tokens, 1))))::integer as power from int_trained_tokens where count_tokens is not null
),

bins as (
  select case when count_tokens < 64 then 0 else power end as tokens_from, count(*) as rows from counted group by all
)

select
  tokens_from,
  case when tokens_from = 0 then 63 else 2 * tokens_from - 1 end as tokens_to,
  rows,
  round(rows / sum(rows) over (), 3) as fraction,
  rpad(repeat('█', ceil(20 * rows / max(rows) over ())::integer), 20, ' ') as histogram
from bins
order by tokens_from
