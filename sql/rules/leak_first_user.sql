-- Rows of valid or test whose first user turn stands in an earlier split.
-- grain: row_id
-- severity: error
-- group: leakage
-- why: 35 of 111 valid rows, 30 questions, were asked in train: validation numbers meant nothing.
-- remedy: Drop them from valid and test (curate audit DATA --fix OUT), and split by groups of equal questions.
with firsts as (
  select first_user_hash, min(row_id) as first_row, arg_min(split, row_id) as first_split
  from dataset_rows
  where first_user_hash is not null and count_messages > 0
  group by first_user_hash
)

select
  rows.row_id,
  firsts.first_row as other_row_id,
  format('asked in {}: “', firsts.first_split) || left(coalesce(rows.first_user, rows.conversation), 160) || '”' as evidence
from dataset_rows rows
join firsts using (first_user_hash)
where rows.split <> firsts.first_split
