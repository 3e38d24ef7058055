-- Rows that stand in their split before, letter for letter.
-- grain: row_id
-- severity: error
-- group: duplicates
-- why: 111 of 1,053 train rows were copies: each is trained twice, and counts twice in every share.
-- remedy: Keep the first of each: curate audit DATA --fix OUT.
with firsts as (
  select split, row_hash, min(row_id) as first_row from dataset_rows where count_messages > 0 group by all having count(*) > 1
)

select rows.row_id, firsts.first_row as other_row_id, '“' || left(coalesce(rows.first_user, rows.conversation), 160) || '”' as evidence
from dataset_rows rows
join firsts using (split, row_hash)
where rows.row_id <> firsts.first_row
