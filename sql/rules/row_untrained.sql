-- Rows of which no token is trained when the prompt is masked.
-- grain: row_id
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: They teach nothing under --mask-prompt, and a batch of nothing else makes every weight NaN.
-- remedy: Shorten them below max_seq_length, give them an answer, or drop them.
select
  row_id,
  case
    when count_prompt_tokens >= count_kept and count_tokens > count_kept
      then format('the prompt takes {:,} tokens, and the row is cut at {:,}', count_prompt_tokens, count_kept)
    else format('the prompt takes {:,} of {:,} tokens', count_prompt_tokens, count_tokens)
  end as evidence
from int_trained_tokens
where count_trained = 0
