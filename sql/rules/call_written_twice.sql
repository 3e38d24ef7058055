-- Calls that stand in tool_calls and in the content, too.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The template renders both, so the model learns to call everything twice.
-- remedy: Keep tool_calls, and take the call out of the content.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_written_twice'
