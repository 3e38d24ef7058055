-- Rows longer than max_seq_length: mlx-lm cuts off their end, which is the answer.
-- grain: row_id
-- severity: warning
-- group: trainability
-- needs: tokenizer
-- why: The answer and the token that ends it are what is cut, with one printed line for all rows.
-- remedy: Raise --max-seq-length here and in training, shorten the results, or drop the rows.
select
  row_id,
  format('{:,} tokens, {:,} too many; ', count_tokens, count_tokens - count_kept)
  || case
    when count_prompt_tokens is null then 'its end is lost'
    when count_trained = 0 then format('all {:,} of the last answer are lost', count_answer)
    else format('{:,} of the last answer''s {:,} are left', count_trained, count_answer)
  end as evidence
from int_trained_tokens
where count_tokens > count_kept
