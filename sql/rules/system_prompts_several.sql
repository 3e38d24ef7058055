-- Another system prompt than most of the dataset has: one row here for each prompt and file.
-- grain: file_id, system_hash
-- severity: warning
-- group: consistency
-- why: The model is served with one; what it learned under another comes out weaker, or not at all.
-- remedy: Use one system prompt, the one it is served with, or vary it on purpose in every row.
with prompts as (
  select file_id, system_hash, count(*) as count_rows, min(row_id) as row_id
  from dataset_rows
  where count_messages > 0 and last_role <> 'text'
    and row_id not in (select row_id from dataset_faults where rule = 'roles_order' and row_id is not null)
  group by all
),

spread as (
  select
    *,
    (sum(count_rows) over of_prompt)::bigint as prompt_rows,
    min(row_id) over of_prompt as first_row,
    count(*) over of_file as file_prompts,
    (sum(count_rows) over of_file)::bigint as count_all
  from prompts
  window of_prompt as (partition by system_hash), of_file as (partition by file_id)
),

usual as (
  select *, count(distinct first_row) over () as count_prompts, first_value(first_row) over (order by prompt_rows desc, first_row rows between unbounded preceding and unbounded following) as usual_row
  from spread
),

-- more than a few are variation, or hold what each row is about
chosen as (
  select * from usual where (count_prompts between 2 and 8 or file_prompts between 2 and 8) and first_row <> usual_row
),

texts as (
  select row_id, string_agg(content, chr(10) order by ordinal) as content
  from dataset_messages
  where role = 'system' and (row_id in (select row_id from chosen) or row_id in (select usual_row from chosen))
  group by row_id
)

select
  chosen.row_id,
  chosen.usual_row as other_row_id,
  format('{:,} of {:,} rows of the file have ', chosen.count_rows, chosen.count_all) || coalesce('“' || left(mine.content, 120) || '”', 'no system prompt')
  || ', most of the dataset ' || coalesce('“' || left(usual.content, 120) || '”', 'none') as evidence
from chosen
left join texts mine on mine.row_id = chosen.row_id
left join texts usual on usual.row_id = chosen.usual_row
