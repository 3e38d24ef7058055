-- Calls in another dialect than most of the dataset: one row here for each dialect and file.
-- grain: file_id, dialect
-- severity: error
-- group: consistency
-- why: The server has one parser for a model: calls in any other dialect are lost (28 % against 88 % on the same weights).
-- remedy: Write all calls in one dialect: curate audit DATA --fix OUT.
with written as (
  select rows.file_id, rows.row_id, unnest(rows.dialects) as dialect from dataset_rows rows
  where len(rows.dialects) > 0 and row_id not in (select row_id from dataset_faults where rule = 'call_written_twice')
),

usual as (
  select dialect, count(*) as count_rows, min(row_id) as row_id
  from written
  group by all
  order by count_rows desc, row_id, dialect
  limit 1
),

counted as (
  select file_id, dialect, count(*) as count_rows, min(row_id) as row_id from written group by all
)

select
  counted.row_id,
  usual.row_id as other_row_id,
  format('calls as {} in {} of the file, as {} in {} of the dataset', counted.dialect, count_of(counted.count_rows, 'row'), usual.dialect, count_of(usual.count_rows, 'row')) as evidence
from counted
cross join usual
where counted.dialect <> usual.dialect
