-- Calls without a result, in rows that go on all the same.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: results
-- why: The model learns to answer without reading: placeholders and missing results made it call tools in a loop, over 20 times.
-- remedy: Run the call and store what it returns, or drop the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_missing'
