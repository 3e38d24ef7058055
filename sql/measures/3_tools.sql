-- The tools most called: rows, their share of the rows with calls, and distinct phrasings of train questions
-- grain: tool
with used as (
  select distinct rows.row_id, rows.split, calls.tool, rows.first_user
  from dataset_rows rows
  join int_used_calls calls using (row_id)
),

total as (
  select count(distinct row_id) as count_all from used
)

select
  tool,
  count(*) as rows,
  round(count(*) / any_value(count_all), 3) as fraction,
  count(*) filter (split = 'train') as train_rows,
  count(distinct phrasing(first_user)) filter (split = 'train') as phrasings
from used, total
group by tool
order by rows desc, tool
limit 20
