-- Messages in a role that chat templates do not know.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: Most templates leave the message out or raise an error in the middle of training.
-- remedy: Use system, user, assistant and tool.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'role_unknown'
