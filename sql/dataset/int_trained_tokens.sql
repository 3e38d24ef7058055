-- One row per row: what is left of it after the cut, and what of that is trained under --mask-prompt.
-- grain: row_id
create or replace view int_trained_tokens as
select
  tokens.row_id,
  rows.split,
  tokens.count_tokens,
  tokens.count_prompt_tokens,
  tokens.count_keys,
  case when tokens.count_tokens > max_seq_length then max_seq_length else tokens.count_tokens end as count_kept,
  case when tokens.count_tokens > tokens.count_prompt_tokens then tokens.count_tokens - tokens.count_prompt_tokens else 0 end as count_answer,
  -- null where nothing can be masked; the first token is never predicted
  case when tokens.count_prompt_tokens is not null
    then greatest(least(tokens.count_tokens, max_seq_length) - greatest(tokens.count_prompt_tokens, 1), 0)
  end as count_trained
from dataset_tokens tokens
join dataset_rows rows using (row_id), dataset_settings
