-- Tools that train asks for in a handful of phrasings, once names, paths and numbers are masked.
-- grain: tool
-- severity: warning
-- group: balance
-- why: Three to four phrasings a tool, and the model learned the phrasings instead of the need.
-- remedy: Write 15 or more phrasings a tool, and keep some of them for valid.
with used as (
  select distinct rows.row_id, calls.tool, rows.first_user
  from dataset_rows rows
  join int_used_calls calls using (row_id)
  where rows.split = 'train' and rows.first_user is not null
),

phrased as (
  select row_id, tool, phrasing(first_user) as phrasing from used
  where tool in (select tool from used, dataset_settings group by tool having count(*) >= any_value(phrasing_rows))
),

counted as (
  select tool, phrasing, count(*) as count_rows, min(row_id) as row_id from phrased group by tool, phrasing
),

tools as (
  select
    tool,
    count(*) as count_phrasings,
    sum(count_rows)::bigint as count_rows,
    max(count_rows) as count_most,
    arg_max(phrasing, (count_rows, -row_id)) as most,
    arg_max(row_id, (count_rows, -row_id)) as row_id
  from counted
  group by tool
)

select
  row_id,
  format('{}: {:,} rows in {:,} phrasings, {:,} of them as “{}”', tool, count_rows, count_phrasings, count_most, left(most, 120)) as evidence
from tools, dataset_settings
where count_phrasings < phrasings
