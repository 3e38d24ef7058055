-- Replies that no token ends which ends a reply when serving.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: The model never learns to stop there: it goes on and plays the user, too.
-- remedy: Let the template end a turn with a token of eos_token_id in generation_config.json.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'turn_unended'
