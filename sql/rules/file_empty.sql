-- Files without a row.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: mlx-lm ends with an error at a split without rows.
-- remedy: Remove the file, or write its rows.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'file_empty'
