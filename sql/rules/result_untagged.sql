-- Results in a user turn without the tags that mark a result.
-- grain: row_id, ordinal
-- severity: warning
-- group: results
-- why: The server always marks a result; without the mark the model takes it for what the user says.
-- remedy: Put the result into a message of the role tool, or between tool_response tags as in other rows.
with user_results as (
  select results.row_id, rows.file_id, results.ordinal, results.wrapping, left(results.content, 120) as content
  from dataset_results results
  join dataset_rows rows using (row_id)
  join dataset_messages messages using (row_id, ordinal)
  where messages.role = 'user'
),

tagged as (
  select file_id, count(*) as count_tagged from user_results where wrapping like 'tool_response%' group by file_id
)

select row_id, ordinal, format('{:,} results of the file have tags, not this one: “', count_tagged) || content || '”' as evidence
from user_results
join tagged using (file_id)
where wrapping not like 'tool_response%'
union all
select row_id, ordinal, evidence from dataset_faults where rule = 'result_untagged'
