-- Tools that only a few train rows call, where the others have many.
-- grain: tool
-- severity: note
-- group: balance
-- why: A few rows do not teach when to call a tool: with 60 more of them a kind of row went from 60 % to 82 %.
-- remedy: Add rows for the tool, or stop offering it.
with train as (
  select row_id from dataset_rows where split = 'train'
),

used as (
  select calls.tool, count(distinct calls.row_id) as count_rows, min(calls.row_id) as row_id
  from train
  join int_used_calls calls using (row_id)
  group by calls.tool
),

-- a dataset of ever new tools teaches calling, not these tools
totals as (
  select median(count_rows) as usual_rows, sum(count_rows) as count_all from used
)

select row_id, format('{} is called in {:,} train rows; half of the tools in {:,.0f} or more', tool, count_rows, usual_rows) as evidence
from used, totals, dataset_settings
where count_rows < tool_rows and usual_rows >= 2 * tool_rows and count_all >= split_rows
