-- Train samples that name what a held-out prompt names, where the recipe holds names out as well.
-- grain: corpus, sample_id, name
with sample_rows as (
  select samples.*, name
  from samples
  join int_prompt_names using (corpus, sample_id)
),

held as (
  select distinct corpus, name
  from sample_rows
  join settings using (corpus)
  where is_held_out and (recipe ->> '$.split.held_out_names')::boolean
)

select corpus, sample_id, intent, name, prompt
from sample_rows
join held using (corpus, name)
where split = 'train'
