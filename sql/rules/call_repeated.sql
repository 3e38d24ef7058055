-- Calls that are made again with the same arguments.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: calls
-- why: The model learns to call in a loop: it called tools over 20 times where one call was enough.
-- remedy: Drop the second call and its result.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_repeated'
