-- Leakage: rows of each split that stand in an earlier one, at each level
-- grain: split
with seen as (
  select
    row_id,
    split,
    arg_min(split, row_id) over (partition by row_hash) as row_split,
    arg_min(split, row_id) over (partition by first_user_hash) as first_user_split,
    arg_min(split, row_id) over (partition by first_user_folded_hash) as folded_split,
    arg_min(split, row_id) over (partition by user_turns_hash) as user_turns_split,
    first_user_hash is not null as is_asked
  from dataset_rows
)

select
  split,
  count(*) as rows,
  count(*) filter (row_split <> split) as whole_row,
  count(*) filter (is_asked and first_user_split <> split) as first_user_turn,
  count(*) filter (is_asked and folded_split <> split) as case_and_space_folded,
  count(*) filter (is_asked and user_turns_split <> split) as all_user_turns
from seen
group by split
having split <> 'train'
order by min(row_id)
