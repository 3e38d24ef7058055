-- Replies that mlx-lm's server reads otherwise than the row says.
-- grain: row_id, ordinal
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: What is trained is not what is served: 28 % against 88 % on the same weights.
-- remedy: Write calls as the model's template does: tool_calls with arguments as an object, and tools beside.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_unserved'
