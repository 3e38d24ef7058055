-- Symbols of one file that are asked about in two splits.
-- grain: corpus, source_id, path, symbol
with sample_rows as (
  select * from samples where kind = 'tool'
),

shared as (
  select corpus, source_id, path, symbol, count(distinct split) as count_splits, min(sample_id) as sample_id
  from sample_rows
  group by corpus, source_id, path, symbol
)

select corpus, sample_id, source_id, path, symbol from shared where count_splits > 1
