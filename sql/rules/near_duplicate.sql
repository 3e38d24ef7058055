-- Rows that say almost the same as an earlier row of their split.
-- grain: row_id
-- severity: warning
-- group: duplicates
-- needs: near
-- why: Rows out of one template teach the template: three to four phrasings a tool, and the model learned the phrasings.
-- remedy: Keep the first of each group (curate audit DATA --fix OUT), and write more phrasings.
with near as (
  select * from int_near_rows where level = 'conversation' and is_first and not is_leak
)

select
  near.row_id,
  near.other_row_id,
  format('Jaccard {:.2f}', near.jaccard) || if(near.jaccard = 1, ', case, space, signs, results or tools differ', '') || chr(10) || side_by_side(later.conversation, earlier.conversation) as evidence
from near
join dataset_rows later on later.row_id = near.row_id
join dataset_rows earlier on earlier.row_id = near.other_row_id
