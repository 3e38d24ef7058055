-- Messages whose content the chat template leaves out.
-- grain: row_id, ordinal
-- severity: warning
-- group: trainability
-- needs: tokenizer
-- why: What is left out is not trained: text beside calls, thoughts, roles that the template does not know.
-- remedy: Put the text where the template looks for it, or drop it.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'content_unrendered'
