-- Calls that are not JSON, XML or Python as their dialect wants it.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The server drops a malformed call and its text without a word.
-- remedy: Write the call with a JSON library instead of a template.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_unparsable'
