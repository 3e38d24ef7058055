-- One row: the caps of the recipe that settings points to, in samples. A fraction of 1 is no cap.
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
    floor(nullif((recipe ->> '$.select.max_source_fraction')::double, 1) * count_tool) as max_source,
    floor(nullif((recipe ->> '$.select.max_intent_fraction')::double, 1) * count_tool) as max_intent
  from recipe
  join quotas using (corpus)
)

select * from limits
