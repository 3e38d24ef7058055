-- Files with several system prompts: one row here for each that is not the commonest.
-- grain: file_id, system_hash
-- severity: warning
-- group: consistency
-- why: The model is served with one; what it learned under another comes out weaker, or not at all.
-- remedy: Use one system prompt, the one it is served with, or vary it on purpose in every row.
with prompts as (
  select file_id, system_hash, count(*) as count_rows, min(row_id) as row_id
  from dataset_rows
  where count_messages > 0 and last_role <> 'text'
  group by all
),

files as (
  select *, count(*) over of_file as count_prompts, (sum(count_rows) over of_file)::bigint as count_all, first_value(row_id) over of_file as usual_row
  from prompts
  window of_file as (partition by file_id order by count_rows desc, row_id rows between unbounded preceding and unbounded following)
),

-- more than a few are variation, or hold what each row is about
chosen as (
  select * from files where count_prompts between 2 and 8 and row_id <> usual_row
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
  format('{:,} of {:,} rows have ', chosen.count_rows, chosen.count_all) || coalesce('“' || left(mine.content, 120) || '”', 'no system prompt')
  || ', most ' || coalesce('“' || left(usual.content, 120) || '”', 'none') as evidence
from chosen
left join texts mine on mine.row_id = chosen.row_id
left join texts usual on usual.row_id = chosen.usual_row
