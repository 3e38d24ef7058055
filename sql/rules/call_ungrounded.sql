-- Calls with a line number or file that nobody mentioned before.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: calls
-- why: The model learns to make up positions instead of looking them up first.
-- remedy: Let the user name the place, or an earlier result show it.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_ungrounded'
