-- Traits whose share of the tool samples is outside the recipe's band: several turns, two families of tools, a call that fails or finds nothing.
-- grain: corpus, trait
with recipe as (
  select corpus, unnest(json_keys(recipe -> '$.select.traits')) as trait, recipe -> '$.select.traits' as bands from settings
),

bands as (
  select corpus, trait, (bands ->> ('$."' || trait || '".min'))::double as low, (bands ->> ('$."' || trait || '".max'))::double as high
  from recipe
),

traits as (
  select
    corpus,
    count(*) as count_all,
    count(*) filter (count_turns > 1) as several_turns,
    count(*) filter (len(families) > 1) as cross_family,
    count(*) filter (count_setbacks > 0) as failed_or_empty
  from samples
  where kind = 'tool'
  group by corpus
),

counts as (
  unpivot traits on several_turns, cross_family, failed_or_empty into name trait value count_samples
),

-- a band is met when the nearest whole rows meet it
outside as (
  select bands.*, round(count_samples / count_all, 4) as trait_fraction
  from bands
  join counts using (corpus, trait)
  where count_samples < floor(low * count_all) or count_samples > ceil(high * count_all)
)

select * from outside
