-- Rows with NaN or Infinity.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: They are not JSON: strict parsers refuse the row, others train on the word.
-- remedy: Write null or the number as text.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_nan'
