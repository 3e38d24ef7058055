-- One row: the caps of the recipe that settings points to, in samples.
-- grain: corpus
with recipe as (
  select corpus, recipe from settings
),

quotas as (
  select corpus, sum(quota) filter (kind = 'tool') as count_tool from int_quotas group by corpus
),

limits as (
  select
    corpus,
    (recipe ->> '$.select.max_per_file')::bigint as max_file,
    floor((recipe ->> '$.select.max_source_fraction')::double * count_tool) as max_source,
    floor((recipe ->> '$.select.max_intent_fraction')::double * count_tool) as max_intent
  from recipe
  join quotas using (corpus)
)

select * from limits
