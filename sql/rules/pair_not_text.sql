-- Prompts or completions that are no text.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: mlx-lm puts both into messages as their content; a list of messages in there is no conversation.
-- remedy: Write the row as messages.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'pair_not_text'
