-- Rows with half of a character, a lone surrogate.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: It cannot be written as UTF-8, so a tokenizer or a writer ends with an error.
-- remedy: Write the character whole, or drop it.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_surrogate'
