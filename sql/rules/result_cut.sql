-- Results that end in three dots: cut, without a word on how much.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: results
-- why: The model learns that a file ends after a few lines, and answers about the rest all the same.
-- remedy: Show the whole result, or let the tool say what it left out.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'result_cut'
