-- Results that are empty.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: Where the tool really printed nothing the model cannot tell it from a failure; where nobody ran it, it learns to guess.
-- remedy: Let the tool say that it found nothing, or run the call and store what it returns.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_empty'
