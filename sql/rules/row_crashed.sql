-- Rows that curate could not read because of a fault of its own.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: They are not judged by any other rule.
-- remedy: Report it, with the row.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_crashed'
