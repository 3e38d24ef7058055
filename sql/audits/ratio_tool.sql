-- A corpus, or a split of a hundred rows or more, whose share of tool samples is outside the recipe's band.
-- grain: corpus, split
with recipe as (
  select corpus, (recipe ->> '$.select.tool.min')::double as low, (recipe ->> '$.select.tool.max')::double as high from settings
),

shares as (
  select corpus, split, round(avg((kind = 'tool')::bigint), 4) as tool_fraction
  from samples
  group by corpus, split
  having count(*) >= 100
  union all
  select corpus, 'all', round(avg((kind = 'tool')::bigint), 4) from samples group by corpus
),

outside as (
  select shares.*, low, high from shares join recipe using (corpus) where tool_fraction not between low and high
)

select * from outside
