-- Categories that take too much of a split.
-- grain: split, category
-- severity: warning
-- group: balance
-- why: What is rare beside it is hardly learned: the mean of the loss is the loss of this category.
-- remedy: Add rows of the other categories, or drop some of this one.
with shares as (
  select split, category, min(file_id) as file_id, count(*) as count_category, (sum(count(*)) over (partition by split))::bigint as count_rows,
    count(*) over (partition by split) as count_categories
  from dataset_rows
  where category is not null
  group by split, category
)

select
  file_id,
  format('{}: category {} has {:.0f} % of {:,} rows, {:,} others the rest', split, category, 100 * count_category / count_rows, count_rows, count_categories - 1) as evidence
from shares, dataset_settings
where count_categories > 1 and count_rows >= split_rows and count_category > category_share * count_rows
