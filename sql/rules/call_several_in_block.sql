-- Blocks with more than one call.
-- grain: row_id, ordinal, evidence
-- severity: error
-- group: calls
-- why: The parser of Qwen3-Coder reads the first function of a block and leaves out the rest.
-- remedy: Give each call a block of its own.
select row_id, file_id, line, ordinal, evidence from dataset_faults where rule = 'call_several_in_block'
