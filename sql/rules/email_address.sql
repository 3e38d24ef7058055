-- E-mail addresses.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: safety
-- why: A model repeats what it was trained on; addresses are personal data.
-- remedy: Replace them with addresses at example.com, or drop the rows.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'email_address'
