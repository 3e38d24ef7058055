-- Files that begin with a byte order mark.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: form
-- why: JSON forbids it, and strict readers refuse the first row.
-- remedy: Save the file as UTF-8 without a mark.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_bom'
