-- Blank lines.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: mlx-lm parses every line, and a blank one is a JSON error before training starts.
-- remedy: Remove the line.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_blank'
