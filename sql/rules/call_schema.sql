-- Calls whose arguments do not fit the schema that is offered with them.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The tool refuses them, and the model learns to ignore the schema.
-- remedy: Mend the arguments, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_schema'
