-- The tools most called: rows, their share of the rows with calls, and distinct phrasings of train questions
-- grain: tool
with used as (
  select distinct row_id, tool from int_used_calls
),

-- once a row, however many tools it calls
asked as (
  select row_id, split, case when split = 'train' then phrasing(first_user) end as phrasing
  from dataset_rows
  where row_id in (select row_id from used)
),

total as (
  select count(distinct row_id) as count_all from used
)

select
  tool,
  count(*) as rows,
  round(count(*) / any_value(count_all), 3) as fraction,
  count(*) filter (split = 'train') as train_rows,
  count(distinct phrasing) as phrasings
from used
join asked using (row_id), total
group by tool
order by rows desc, tool
limit 20
