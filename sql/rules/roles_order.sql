-- Rows whose roles do not take turns: two of one kind in a row, or a system prompt in the middle.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: form
-- why: Chat templates raise an error at it, or render what no server ever sends.
-- remedy: Join neighbours of one role, and put the system prompt first.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'roles_order'
