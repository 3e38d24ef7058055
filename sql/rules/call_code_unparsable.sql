-- Code of a call that is not Python.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The sandbox returns a SyntaxError where the row shows a result.
-- remedy: Compile the code before it is written into a row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_code_unparsable'
