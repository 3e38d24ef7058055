-- Messages without content and without a call.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The model learns to answer with nothing.
-- remedy: Write the message, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'content_empty'
