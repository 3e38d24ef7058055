-- Rows of valid or test that stand in an earlier split, letter for letter.
-- grain: row_id
-- severity: error
-- group: leakage
-- why: 13 of 111 valid rows stood in train: validation measured what was learned by heart.
-- remedy: Drop them from valid and test (curate audit DATA --fix OUT), and split by groups of equal questions.
with firsts as (
  select row_hash, min(row_id) as first_row, arg_min(split, row_id) as first_split
  from dataset_rows
  where row_hash is not null and count_messages > 0
  group by row_hash
)

select
  rows.row_id,
  firsts.first_row as other_row_id,
  format('stands in {}: “', firsts.first_split) || left(coalesce(rows.first_user, rows.conversation), 160) || '”' as evidence
from dataset_rows rows
join firsts using (row_hash)
where rows.split <> firsts.first_split
