-- Values that look made by a machine, given to a password, key or token.
-- grain: row_id, ordinal, evidence
-- severity: warning
-- group: safety
-- why: A model repeats what it was trained on; whether this one opens anything only its owner knows.
-- remedy: If it is real revoke it; replace it in the data.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'secret_assigned'
