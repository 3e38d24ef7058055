-- Rows of valid or test that say almost the same as a row of an earlier split, or ask almost the same.
-- grain: row_id
-- severity: error
-- group: leakage
-- needs: near
-- why: About 20 % of valid rows were near-duplicates of train after exact copies were gone, and validation numbers meant nothing.
-- remedy: Split by groups of near-duplicates, or drop them from valid: curate audit DATA --fix OUT.
with chosen as (
  select near.level, near.row_id, near.other_row_id, near.jaccard
  from int_near_rows near
  join dataset_rows later using (row_id)
  join dataset_rows earlier on earlier.row_id = near.other_row_id
  -- a question in other case is leak_first_user_folded
  where near.is_leak and (near.level <> 'prompt' or later.first_user_folded_hash <> earlier.first_user_folded_hash)
  qualify row_number() over (partition by near.row_id order by near.level, near.jaccard desc) = 1
)

select
  chosen.row_id,
  chosen.other_row_id,
  format('Jaccard {:.2f} of the {}', chosen.jaccard, chosen.level) || if(chosen.jaccard = 1, ', case, space, signs, results or tools differ', '') || chr(10) || case chosen.level
    when 'prompt' then side_by_side(later.first_user, earlier.first_user)
    else side_by_side(later.conversation, earlier.conversation)
  end as evidence
from chosen
join dataset_rows later on later.row_id = chosen.row_id
join dataset_rows earlier on earlier.row_id = chosen.other_row_id
