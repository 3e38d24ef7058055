-- Rows without a message.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: There is nothing to train in them; a chat template may end with an error.
-- remedy: Drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_no_messages'
