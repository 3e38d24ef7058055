-- Rows of each split, the share that calls a tool, and the rows that stand in it before
-- grain: split
select
  split,
  count(*) as rows,
  count(*) filter (kind = 'tool') as tool_rows,
  round(count(*) filter (kind = 'tool') / count(*), 3) as tool_fraction,
  count(*) - count(distinct row_hash) as duplicates,
  round(avg(count_messages), 1) as messages_a_row
from dataset_rows
group by split
order by min(row_id)
