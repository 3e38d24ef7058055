-- Files that are not UTF-8 and were not read.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: JSON is UTF-8; nothing of this file was judged.
-- remedy: Convert the file: iconv -f UTF-16 -t UTF-8.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'file_not_utf8'
