-- Replies whose prompt, as the server renders it, does not begin what is trained.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: Masking counts the prompt's tokens and never compares them: it then masks, or trains, the wrong ones.
-- remedy: Use a chat template that adds messages only at the end, or drop what it changes (such as thoughts).
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'template_unstable'
