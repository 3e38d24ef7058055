-- Calls in JSON without arguments.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The server's parser reads the arguments of every call, and an error there drops the call.
-- remedy: Write arguments as an object, {} for none.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_arguments_missing'
