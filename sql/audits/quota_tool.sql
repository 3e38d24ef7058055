-- Tools that a share of the tool samples outside the recipe's band calls, in code or not.
-- grain: corpus, tool
with recipe as (
  select corpus, unnest(json_keys(recipe -> '$.select.tools')) as tool, recipe -> '$.select.tools' as bands,
    from_json(recipe -> '$.tools', '["varchar"]') as tools
  from settings
),

bands as (
  select
    corpus,
    tool,
    (bands ->> ('$."' || tool || '".min'))::double as low,
    (bands ->> ('$."' || tool || '".max'))::double as high
  from recipe
  where list_contains(tools, tool) -- a recipe may extend one with more tools
),

counts as (
  select corpus, tool, count(*) as count_samples
  from (select corpus, unnest(tools) as tool from samples where kind = 'tool')
  group by all
),

totals as (
  select corpus, count(*) as count_all from samples where kind = 'tool' group by corpus
),

-- a band is met when the nearest whole rows meet it
outside as (
  select bands.*, round(coalesce(count_samples, 0) / count_all, 4) as tool_fraction
  from bands
  join totals using (corpus)
  left join counts using (corpus, tool)
  where coalesce(count_samples, 0) < floor(low * count_all) or coalesce(count_samples, 0) > ceil(high * count_all)
)

select * from outside
