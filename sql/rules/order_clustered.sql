-- Train files in which rows of one class stand together.
-- grain: file_id
-- severity: warning
-- group: balance
-- why: mlx-lm takes consecutive rows as a batch and never shuffles within one: each step learns one class and forgets another.
-- remedy: Shuffle the file: curate audit DATA --fix OUT, or sort by a hash of the row.
with firsts as (
  select row_id, arg_min(tool, position) as tool from int_used_calls group by row_id
),

classes as (
  select rows.file_id, rows.row_id, coalesce(firsts.tool, rows.kind) as class
  from dataset_rows rows
  left join firsts using (row_id)
  where rows.split = 'train'
),

neighbours as (
  select *, class is distinct from lag(class) over (partition by file_id order by row_id) as is_change from classes
),

runs as (
  select *, sum(is_change::integer) over (partition by file_id order by row_id rows unbounded preceding) as run from neighbours
),

longest as (
  select file_id, arg_max(row_id, count_rows) as row_id, arg_max(class, count_rows) as class, max(count_rows) as count_rows, count(*) as count_runs
  from (select file_id, run, class, min(row_id) as row_id, count(*) as count_rows from runs group by all)
  group by file_id
),

-- how often the class changes from row to row when the order is left to chance
expected as (
  select file_id, sum(count_class) as count_rows, 1 - sum(count_class * (count_class - 1)) / (sum(count_class) * (sum(count_class) - 1)) as change_fraction
  from (select file_id, class, count(*) as count_class from classes group by all)
  group by file_id
  having sum(count_class) > 1
)

select
  longest.row_id,
  format(
    'the class changes {:,} times from row to row, {:,.0f} times when shuffled; the longest run, from here: {:,} rows of {}',
    count_runs - 1, change_fraction * (expected.count_rows - 1), longest.count_rows, class
  ) as evidence
from longest
join expected using (file_id), dataset_settings
where expected.count_rows >= split_rows
  and change_fraction * (expected.count_rows - 1) >= 10
  and count_runs - 1 < clustering * change_fraction * (expected.count_rows - 1)
