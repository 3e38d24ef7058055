-- Lines that are not a JSON object.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: mlx-lm reads a file line by line and ends at the first it cannot parse, and what a reader skips is not trained.
-- remedy: Write one JSON object a line, with a JSON library.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_unreadable'
