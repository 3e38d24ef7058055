-- Rows of valid or test whose first user turn stands in an earlier split but for case and space.
-- grain: row_id
-- severity: error
-- group: leakage
-- why: In other case it is the same question to a model; 35 of 111 valid rows were asked in train, and validation meant nothing.
-- remedy: Drop them from valid and test (curate audit DATA --fix OUT), and split by groups of equal questions.
with firsts as (
  select first_user_folded_hash, min(row_id) as first_row, arg_min(split, row_id) as first_split
  from dataset_rows
  where first_user_folded_hash is not null
  group by first_user_folded_hash
),

exact as (
  select first_user_hash, arg_min(split, row_id) as first_split from dataset_rows group by first_user_hash
)

select
  rows.row_id,
  firsts.first_row as other_row_id,
  format('asked in {}: “', firsts.first_split) || left(earlier.first_user, 120) || '”, here: “' || left(rows.first_user, 120) || '”' as evidence
from dataset_rows rows
join firsts using (first_user_folded_hash)
join exact using (first_user_hash)
join dataset_rows earlier on earlier.row_id = firsts.first_row
-- word for word it is leak_first_user
where rows.split <> firsts.first_split and rows.split = exact.first_split
