-- Sources of the recipe that give no sample.
-- grain: corpus, source_id
with recipe_sources as (
  select corpus, source_id from corpus_sources
),

used as (
  select distinct corpus, source_id from samples
)

select corpus, source_id from recipe_sources anti join used using (corpus, source_id)
