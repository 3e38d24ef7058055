-- Calls with another key than name and arguments.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: 28 % against 88 % on the same weights: data said "tool" where the parser reads "name".
-- remedy: Rename the keys to name and arguments.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_wrong_key'
