-- Answers that announce a call and make none.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: calls
-- why: The model learns to say that it will look instead of looking; the user has to ask twice.
-- remedy: Put the call into the same message, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_announced'
