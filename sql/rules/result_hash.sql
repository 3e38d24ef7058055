-- Results with a commit hash that no git made: not hexadecimal, or counted up.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: results
-- why: Placeholders and invented results made the model call tools in a loop, over 20 times, or misread what came back.
-- remedy: Run the call and store what it returns, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_hash'
