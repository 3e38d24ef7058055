-- Rows of another form than most of the dataset: one row here for each form and file.
-- grain: file_id, form
-- severity: error
-- group: consistency
-- why: mlx-lm takes the form from the first row; a row of another is a KeyError in the middle of training.
-- remedy: Write all rows as messages.
with usual as (
  select form, count(*) as count_rows, min(row_id) as row_id
  from dataset_rows
  group by all
  order by count_rows desc, row_id
  limit 1
),

counted as (
  select file_id, form, count(*) as count_rows, min(row_id) as row_id from dataset_rows group by all
)

select
  counted.row_id,
  usual.row_id as other_row_id,
  format('the form {} in {} of the file, {} in {} of the dataset', counted.form, count_of(counted.count_rows, 'row'), usual.form, count_of(usual.count_rows, 'row')) as evidence
from counted
cross join usual
where counted.form <> usual.form
