-- Messages with ChatML marks in their content.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: Rendered, they end or begin a turn in the middle of a message.
-- remedy: Write each turn as a message of its own.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'chatml_in_content'
