-- Lines that are not UTF-8.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: form
-- why: JSON is UTF-8; a reader ends here, or trains on replacement characters.
-- remedy: Convert the file: iconv -f LATIN1 -t UTF-8.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'row_not_utf8'
