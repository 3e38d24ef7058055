-- Texts that are rendered otherwise than the server renders the same turns.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: The model meets when served what it was never trained on: 28 % against 88 % on the same weights.
-- remedy: Write the turns as messages, and let the template render them.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'text_unlike_served'
