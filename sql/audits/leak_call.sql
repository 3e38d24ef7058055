-- Calls with the same arguments in the same workspace in two splits.
-- grain: corpus, workspace_id, tool, arguments
with calls_made as (
  select * from conversations
),

shared as (
  select corpus, workspace_id, tool, arguments::varchar as arguments, count(distinct split) as count_splits, min(sample_id) as sample_id
  from calls_made
  group by corpus, workspace_id, tool, arguments::varchar
)

select corpus, sample_id, workspace_id, tool, arguments from shared where count_splits > 1
