-- Rows in none of the known forms.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: mlx-lm takes the form from the first row and ends with a KeyError at another one.
-- remedy: Give the row messages, prompt and completion, text, or conversations.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_form_unknown'
