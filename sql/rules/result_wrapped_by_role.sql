-- Results in the role tool that bring their own tool_response tags.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: The chat template puts its own tags around the role: what is trained is wrapped twice, what is served once.
-- remedy: Take off the tags: curate audit DATA --fix OUT.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_wrapped_by_role'
