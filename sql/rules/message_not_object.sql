-- Messages that are no object.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: Chat templates raise an error at them.
-- remedy: Write each message as role and content.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'message_not_object'
