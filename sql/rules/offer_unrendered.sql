-- Rows whose tools the chat template leaves out.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: The model learns to call tools that nobody offered, and sees the offer for the first time when served.
-- remedy: Use a chat template that renders tools, or list them in the system prompt.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'offer_unrendered'
