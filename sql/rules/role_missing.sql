-- Messages without a role.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: Chat templates raise an error, or leave the message out.
-- remedy: Say who speaks: system, user, assistant or tool.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'role_missing'
