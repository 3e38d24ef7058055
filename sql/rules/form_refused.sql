-- Files in a form that mlx-lm does not train on.
-- grain: file_id, form
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: mlx-lm ends with an error; it reads messages, prompt with completion, and text.
-- remedy: Convert them; tokens are counted here as if that had been done.
select file_id, format('{} in the form {}', count_of(count(*), 'row'), form) as evidence
from dataset_rows
where form in ('sharegpt', 'alpaca')
group by file_id, form
