-- Splits with fewer rows than a batch.
-- grain: split
-- severity: error
-- group: trainability
-- needs: tokenizer
-- why: mlx-lm ends with an error as soon as it asks the split for a batch.
-- remedy: Add rows, or train with a smaller batch and say so here: --batch-size.
select
  min(file_id) as file_id,
  format('{} has {}, and a batch takes {}', split, count_of(count(*), 'row'), any_value(batch_size)) as evidence
from dataset_rows, dataset_settings
group by split
having count(*) < any_value(batch_size)
