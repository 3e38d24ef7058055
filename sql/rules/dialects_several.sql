-- Files whose calls are written in several dialects: one row here for each that is not the commonest.
-- grain: file_id, dialect
-- severity: error
-- group: consistency
-- why: The server has one parser for a model: calls in any other dialect are lost (28 % against 88 % on the same weights).
-- remedy: Write all calls in one dialect: curate audit DATA --fix OUT.
with written as (
  select rows.file_id, rows.row_id, unnest(rows.dialects) as dialect from dataset_rows rows
  where len(rows.dialects) > 0 and row_id not in (select row_id from dataset_faults where rule = 'call_written_twice')
),

counted as (
  select file_id, dialect, count(*) as count_rows, min(row_id) as row_id from written group by all
),

files as (
  select *, first_value(dialect) over of_file as usual, first_value(row_id) over of_file as usual_row, first_value(count_rows) over of_file as usual_rows
  from counted
  window of_file as (partition by file_id order by count_rows desc, dialect)
)

select row_id, usual_row as other_row_id, format('{:,} rows write calls as {}, {:,} as {}', count_rows, dialect, usual_rows, usual) as evidence
from files
where dialect <> usual
