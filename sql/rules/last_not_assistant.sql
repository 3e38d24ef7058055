-- Rows whose last message is not the assistant's.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: Under prompt masking mlx-lm trains the last message alone: the model learns to speak as the user, or as a tool.
-- remedy: Add the answer, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'last_not_assistant'
