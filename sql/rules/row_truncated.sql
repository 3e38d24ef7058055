-- Lines whose JSON ends too early.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: A writer was stopped in the middle of a row: mlx-lm ends there, and rows after it may be missing, too.
-- remedy: Write the file anew from its source; a writer should write beside and rename.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_truncated'
