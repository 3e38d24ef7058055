-- One row per defect that is planted in a workspace of the current corpus.
-- grain: workspace_id, ordinal
with current_corpus as (
  select corpus from settings
),

planted as (
  select workspace_defects.* exclude (corpus, drop_reason)
  from workspace_defects
  join current_corpus using (corpus)
  where drop_reason is null
)

select * from planted
