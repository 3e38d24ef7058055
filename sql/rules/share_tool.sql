-- Tools that take too much of the rows with calls.
-- grain: tool
-- severity: warning
-- group: balance
-- why: A model reaches for the tool that it saw most, also where another one fits.
-- remedy: Add rows for the other tools, or drop some of these.
with train as (
  select row_id, file_id from dataset_rows where split = 'train' and kind = 'tool'
),

used as (
  select distinct train.row_id, train.file_id, calls.tool from train join int_used_calls calls using (row_id)
),

totals as (
  select count(distinct row_id) as count_rows, count(distinct tool) as count_tools, min(file_id) as file_id from used
),

shares as (
  select tool, count(*) as count_tool from used group by tool
)

select
  file_id,
  format('train: {} is called in {:.0f} % of the {:,} rows with calls, beside {}', tool, 100 * count_tool / count_rows, count_rows, count_of(count_tools - 1, 'other tool')) as evidence
from shares, totals, dataset_settings
where count_tools > 1 and count_rows >= split_rows and count_tool > one_tool_share * count_rows
