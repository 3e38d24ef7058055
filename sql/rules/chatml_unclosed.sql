-- ChatML turns without an end.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: The model never sees the token that it is to stop at, and runs on when served.
-- remedy: End each turn with <|im_end|>, or write messages.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'chatml_unclosed'
