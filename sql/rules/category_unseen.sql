-- Categories of valid or test that train does not have.
-- grain: split, category
-- severity: warning
-- group: balance
-- why: Validation then judges what was never trained; its numbers go up and down with that share.
-- remedy: Split each category over all splits, or keep the category for a test of its own.
with train as (
  select distinct category from dataset_rows where split = 'train' and category is not null
),

others as (
  select split, category, count(*) as count_rows, min(row_id) as row_id
  from dataset_rows
  where split <> 'train' and category is not null
  group by split, category
)

select row_id, format('{}: {:,} rows of category {}, train has none', split, count_rows, category) as evidence
from others
where category not in (select category from train) and exists (from train)
