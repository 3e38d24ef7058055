-- One row per sample in an open phrasing about what a held-out prompt names, where the recipe holds names out as well.
-- grain: corpus, sample_id
with named as (
  select int_eligible.corpus, sample_id, is_held_out, name
  from int_eligible
  join settings using (corpus)
  join int_prompt_names using (corpus, sample_id)
  where (settings.recipe ->> '$.split.held_out_names')::boolean
),

torn as (
  select distinct corpus, sample_id
  from named
  semi join (select * from named where is_held_out) as held using (corpus, name)
  where not is_held_out
)

select * from torn
