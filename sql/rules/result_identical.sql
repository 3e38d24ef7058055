-- Results that many different calls show in the same words, the values of the call apart.
-- grain: shape_hash
-- severity: warning
-- group: results
-- why: Nobody ran these calls: their results were made from one template, and the model learns it instead of reading.
-- remedy: Run the calls and store what they return, or drop the rows.
with shapes as (
  select shape_hash, count(*) as count_results, min(row_id) as row_id, arg_min(ordinal, row_id) as ordinal
  from dataset_results
  where length(content) >= 24
  group by shape_hash
  having count(*) >= (select identical_rows from dataset_settings)
),

asked as (
  select results.shape_hash, count(distinct results.row_id) as count_rows, count(distinct rows.calls_hash) as count_calls
  from dataset_results results
  join shapes using (shape_hash)
  join dataset_rows rows on rows.row_id = results.row_id
  group by results.shape_hash
),

first_results as (
  select shapes.shape_hash, any_value(left(results.content, 160)) as content
  from shapes
  join dataset_results results using (row_id, ordinal, shape_hash)
  group by shapes.shape_hash
)

select
  shapes.row_id,
  shapes.ordinal,
  format('{:,} rows, {:,} different calls: “', asked.count_rows, asked.count_calls) || first_results.content || '”' as evidence
from shapes
join asked using (shape_hash)
join first_results using (shape_hash), dataset_settings
where asked.count_rows >= identical_rows and asked.count_calls >= identical_calls
