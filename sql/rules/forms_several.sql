-- Files with rows of several forms: one row here for each that is not the commonest.
-- grain: file_id, form
-- severity: error
-- group: consistency
-- why: mlx-lm takes the form from the first row; a row of another is a KeyError in the middle of training.
-- remedy: Write all rows as messages.
with counted as (
  select file_id, form, count(*) as count_rows, min(row_id) as row_id from dataset_rows group by all
),

files as (
  select *, first_value(form) over of_file as usual, first_value(row_id) over of_file as usual_row, first_value(count_rows) over of_file as usual_rows
  from counted
  window of_file as (partition by file_id order by count_rows desc, form)
)

select row_id, usual_row as other_row_id, format('{:,} rows have the form {}, {:,} {}', count_rows, form, usual_rows, usual) as evidence
from files
where form <> usual
