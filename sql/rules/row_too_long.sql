-- Lines too long to be a conversation, which are not read.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: No context holds such a row; as a rule the line breaks are missing or a whole file was pasted in.
-- remedy: Write one row a line, and cut results to what the tool returns.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_too_long'
