-- Leakage: rows of each split that stand in an earlier one, at each level
-- grain: split
with by_row as (
  select row_hash, arg_min(split, row_id) as first_split from dataset_rows group by row_hash
),

by_first_user as (
  select first_user_hash, arg_min(split, row_id) as first_split from dataset_rows group by first_user_hash
),

by_folded as (
  select first_user_folded_hash, arg_min(split, row_id) as first_split from dataset_rows group by first_user_folded_hash
),

by_user_turns as (
  select user_turns_hash, arg_min(split, row_id) as first_split from dataset_rows group by user_turns_hash
)

select
  rows.split,
  count(*) as rows,
  count(*) filter (by_row.first_split <> rows.split) as whole_row,
  count(*) filter (by_first_user.first_split <> rows.split) as first_user_turn,
  count(*) filter (by_folded.first_split <> rows.split) as case_and_space_folded,
  count(*) filter (by_user_turns.first_split <> rows.split) as all_user_turns
from dataset_rows rows
join by_row using (row_hash)
left join by_first_user using (first_user_hash)
left join by_folded using (first_user_folded_hash)
left join by_user_turns using (user_turns_hash)
where rows.split <> 'train'
group by rows.split
order by min(rows.row_id)
