-- Intents with more than the recipe's share of the tool samples.
-- grain: corpus, intent
with counts as (
  select corpus, intent, count(*) as count_samples, sum(count(*)) over (partition by corpus) as count_all
  from samples
  where kind = 'tool'
  group by corpus, intent
),

over as (
  select counts.*, (recipe ->> '$.select.max_intent_fraction')::double as max_fraction from counts join settings using (corpus)
)

select * from over where count_samples > max_fraction * count_all
