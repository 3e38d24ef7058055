-- Messages whose content is a list of parts.
-- grain: row_id, ordinal, evidence
-- severity: note
-- group: form
-- why: Templates of text models print the list itself; curate read its texts.
-- remedy: Join the texts of the parts to a string.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'content_parts'
