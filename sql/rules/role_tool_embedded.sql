-- Results in the role tool beside calls that are written into the content.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: Templates render the one role themselves and take the other as text, so the row looks unlike those served.
-- remedy: Use the role and tags of the other rows: curate audit DATA --fix OUT.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'role_tool_embedded'
