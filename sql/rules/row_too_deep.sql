-- Lines nested too deep to be a conversation.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: JSON parsers give up at some depth, each at another one.
-- remedy: Write the row as messages of role and content.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_too_deep'
