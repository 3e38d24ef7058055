-- Files in which some calls have prose before them and others none.
-- grain: file_id
-- severity: note
-- group: consistency
-- why: The first token decides between prose and a call; with both habits it decides neither way.
-- remedy: Choose one: no prose before calls, or always.
with calling as (
  select rows.file_id, messages.row_id, messages.ordinal, messages.has_prose
  from dataset_messages messages
  join dataset_rows rows using (row_id)
  where messages.role = 'assistant' and messages.count_calls > 0
),

files as (
  select
    file_id,
    count(*) as count_all,
    count(*) filter (has_prose) as count_prose,
    arg_min(row_id, row_id) filter (has_prose) as prose_row,
    arg_min(ordinal, row_id) filter (has_prose) as prose_ordinal,
    min(row_id) filter (not has_prose) as bare_row
  from calling
  group by file_id
)

select
  prose_row as row_id,
  prose_ordinal as ordinal,
  bare_row as other_row_id,
  format('{:,} of {:,} messages with a call have prose beside it ({:.0f} %)', count_prose, count_all, 100 * count_prose / count_all) as evidence
from files, dataset_settings
where count_all >= 10 and count_prose / count_all between mixed_fraction and 1 - mixed_fraction
