-- Results within two pairs of tool_response tags.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: results
-- why: The server sends one pair: what is trained is not what is served.
-- remedy: Take off the inner tags: curate audit DATA --fix OUT.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_wrapped_twice'
