-- Calls whose arguments are neither an object nor the text of one.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: A tool takes its arguments by name; the server's parser drops the call.
-- remedy: Write arguments as an object, {} for none.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_arguments_not_object'
