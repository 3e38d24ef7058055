-- Tools whose share of the tool samples is outside the recipe's band.
-- grain: corpus, tool
with recipe as (
  select corpus, unnest(json_keys(recipe -> '$.select.tools')) as tool, recipe -> '$.select.tools' as bands from settings
),

bands as (
  select
    corpus,
    tool,
    (bands ->> ('$."' || tool || '".min'))::double as low,
    (bands ->> ('$."' || tool || '".max'))::double as high
  from recipe
),

shares as (
  select
    bands.*,
    (select count(*) from samples where samples.corpus = bands.corpus and samples.tool = bands.tool)
    / (select count(*) from samples where samples.corpus = bands.corpus and kind = 'tool') as tool_fraction
  from bands
)

select * from shares where tool_fraction not between low and high or tool_fraction is null
