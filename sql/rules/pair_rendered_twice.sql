-- Prompts or completions that are rendered already.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: mlx-lm renders them again: the turns of one conversation become the text of one message.
-- remedy: Write the row as messages, or the whole as text.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'pair_rendered_twice'
