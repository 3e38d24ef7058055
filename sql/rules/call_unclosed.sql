-- Calls whose tag or fence is not closed.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The server's parser finds no call in it, so the model learns to write calls that nobody runs.
-- remedy: Close the tag, or drop the row; was the text cut at a length?
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_unclosed'
