-- Calls whose arguments are a string instead of an object.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: Some templates encode the string a second time, and the server never does: what is trained is not what is served.
-- remedy: Decode the string to an object: curate audit DATA --fix OUT.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_arguments_string'
