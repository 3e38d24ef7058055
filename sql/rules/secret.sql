-- Secrets that are known by their form: keys and tokens of services, private keys, passwords in addresses.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: safety
-- why: A model repeats what it was trained on, to anybody who asks.
-- remedy: Revoke the secret, then replace it in the data.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'secret'
