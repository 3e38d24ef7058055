-- Messages whose content is not text.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: A template prints what Python makes of it, which nobody will ever type or read.
-- remedy: Write content as a string; a tool's object as its JSON text.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'content_not_text'
