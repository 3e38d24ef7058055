-- A corpus, or a split of a hundred rows or more, whose share of tool samples is outside the recipe's band.
-- grain: corpus, split
with recipe as (
  select corpus, (recipe ->> '$.select.tool.min')::double as low, (recipe ->> '$.select.tool.max')::double as high from settings
),

shares as (
  select corpus, split, count(*) as count_rows, count(*) filter (kind = 'tool') as count_tool
  from samples
  group by corpus, split
  having count(*) >= 100
  union all
  select corpus, 'all', count(*), count(*) filter (kind = 'tool') from samples group by corpus
),

-- a band is met when the nearest whole rows meet it
outside as (
  select corpus, split, round(count_tool / count_rows, 4) as tool_fraction, low, high
  from shares
  join recipe using (corpus)
  where count_tool < floor(low * count_rows) or count_tool > ceil(high * count_rows)
)

select * from outside
