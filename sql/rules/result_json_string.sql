-- Results encoded as a JSON string.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: The model learns to read \n and \" where the tool returns lines and quotes.
-- remedy: Decode the result once.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_json_string'
