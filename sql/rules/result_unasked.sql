-- Results that no call asked for: nothing before them in the row calls a tool.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: results
-- why: The call was lost on the way, so the model learns to answer instead of calling; some chat templates raise an error at it.
-- remedy: Bring the call back, in the dialect of the others, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_unasked'
