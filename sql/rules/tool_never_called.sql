-- Tools that many rows offer and none calls.
-- grain: tool
-- severity: warning
-- group: balance
-- why: The model learns that it is never right to call it.
-- remedy: Add rows that call it, or stop offering it.
with offers as (
  select toolset_id, count(*) as count_rows, min(row_id) as row_id from dataset_rows where toolset_id is not null group by toolset_id
),

offered as (
  select toolsets.tool, sum(offers.count_rows)::bigint as count_rows, min(offers.row_id) as row_id
  from offers
  join dataset_toolsets toolsets using (toolset_id)
  group by toolsets.tool
),

called as (
  select distinct tool from dataset_calls
)

select row_id, format('{} is offered in {} and called in none', tool, count_of(count_rows, 'row')) as evidence
from offered, dataset_settings
where tool not in (select tool from called) and count_rows >= offered_rows
