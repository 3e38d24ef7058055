-- Rows of text without the marks of turns.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: form
-- why: 28 % against 88 % on the same weights: plain text was trained where ChatML is served.
-- remedy: Write messages, and let the tokenizer's own template render them.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'text_without_turns'
