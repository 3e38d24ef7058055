-- Rows that the tokenizer's own chat template cannot render.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: mlx-lm renders a row when its turn comes, and ends with this error in the middle of training.
-- remedy: Mend the row as the error says, or drop it.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'render_failed'
