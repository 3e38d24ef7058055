-- Tools that train asks for in a handful of phrasings, once names, paths and numbers are masked.
-- grain: tool
-- severity: warning
-- group: balance
-- why: Three to four phrasings a tool, and the model learned the phrasings instead of the need.
-- remedy: Write 15 or more phrasings a tool, and keep some of them for valid.
with used as (
  select distinct rows.row_id, calls.tool
  from dataset_rows rows
  join int_used_calls calls using (row_id)
  where rows.split = 'train' and rows.first_user is not null
),

judged as (
  select row_id, tool from used
  where tool in (select tool from used, dataset_settings group by tool having count(*) >= any_value(phrasing_rows))
),

-- once a row, however many tools it calls
asked as (
  select row_id, phrasing(first_user) as phrasing from dataset_rows where row_id in (select row_id from judged)
),

phrased as (
  select judged.row_id, judged.tool, asked.phrasing from judged join asked using (row_id)
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
