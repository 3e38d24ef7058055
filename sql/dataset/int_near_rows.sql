-- One row per row and the earlier row that it is nearest to: in its own split, and in those before it.
-- grain: level, row_id, is_leak
create or replace view int_near_rows as
with members as (
  select 'conversation' as level, row_id, split, min(row_id) over (partition by row_hash) as first_row from dataset_rows
  union all
  select 'prompt', row_id, split, min(row_id) over (partition by first_user_hash)
  from dataset_rows
  where first_user_hash is not null
),

-- rows with the same shingles are near to what the first of them is near to
same_shingles as (
  select level, right_row as first_row, min(left_row) as equal_row from dataset_pairs where jaccard = 1 group by all
),

candidates as (
  select level, right_row as first_row, left_row, jaccard from dataset_pairs
  union all
  select pairs.level, same_shingles.first_row, pairs.left_row, pairs.jaccard
  from same_shingles
  join dataset_pairs pairs on pairs.level = same_shingles.level and pairs.right_row = same_shingles.equal_row
),

splits as (
  select row_id, split from dataset_rows
),

placed as (
  select candidates.*, later.split as split, earlier.split <> later.split as is_leak
  from candidates
  join splits earlier on earlier.row_id = candidates.left_row
  join splits later on later.row_id = candidates.first_row
),

nearest as (
  select level, first_row, split, is_leak, arg_max(left_row, (jaccard, -left_row)) as other_row_id, max(jaccard) as jaccard
  from placed
  group by level, first_row, split, is_leak
)

-- a copy of the first of them in another split is a leak of a worse kind
select level, members.row_id, is_leak, other_row_id, jaccard, members.row_id = first_row as is_first
from nearest
join members using (level, first_row, split)
