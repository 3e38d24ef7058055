-- Lines named that the file, shown in full in the same row, does not have.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: results
-- why: The model learns that line numbers need not be read from anything.
-- remedy: Run the calls of a row on one and the same workspace.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_line_beyond'
