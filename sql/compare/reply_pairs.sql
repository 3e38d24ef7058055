-- One row per prompt of a suite that two scores have in common, in the same words: what each replied, and whether it was right.
-- grain: first_run_id, other_run_id, suite, prompt_id
with firsts as (
  select * from replies
),

others as (
  select * from replies
)

select
  firsts.run_id as first_run_id,
  others.run_id as other_run_id,
  suite,
  prompt_id,
  firsts.category,
  firsts.is_right as is_first_right,
  others.is_right as is_other_right
from firsts
join others using (suite, prompt_id)
where firsts.prompt is null or others.prompt is null or firsts.prompt = others.prompt
