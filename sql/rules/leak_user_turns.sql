-- Rows of valid or test whose user turns, all of them, stand in an earlier split.
-- grain: row_id
-- severity: error
-- group: leakage
-- why: A conversation that was trained is remembered, whatever its results and answer: validation numbers meant nothing.
-- remedy: Drop them from valid and test (curate audit DATA --fix OUT), and split by groups of equal questions.
with firsts as (
  select user_turns_hash, min(row_id) as first_row, arg_min(split, row_id) as first_split
  from dataset_rows
  where user_turns_hash is not null and count_messages > 0
  group by user_turns_hash
)

select
  rows.row_id,
  firsts.first_row as other_row_id,
  format('all user turns stand in {}: “', firsts.first_split) || left(coalesce(rows.first_user, rows.conversation), 160) || '”' as evidence
from dataset_rows rows
join firsts using (user_turns_hash)
where rows.split <> firsts.first_split
