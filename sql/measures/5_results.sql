-- Conversations with calls: how many show a result, and how many end with a call
-- grain: split
with results as (
  select distinct row_id from dataset_results
),

ends as (
  select row_id, arg_max(count_calls, ordinal) > 0 as ends_with_call from dataset_messages group by row_id
)

select
  rows.split,
  count(*) as rows_with_calls,
  count(results.row_id) as with_result,
  count(*) filter (ends_with_call) as ending_with_a_call
from dataset_rows rows
join ends using (row_id)
left join results using (row_id)
where rows.kind = 'tool'
group by rows.split
order by min(rows.row_id)
