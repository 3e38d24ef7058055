-- Near-duplicates that stand in two splits.
-- grain: corpus, field, left_id, right_id
with pairs as (
  select * from near_pairs
),

placed as (
  select pairs.*, a.split as left_split, b.split as right_split
  from pairs
  join sample_splits a on a.corpus = pairs.corpus and a.sample_id = pairs.left_id
  join sample_splits b on b.corpus = pairs.corpus and b.sample_id = pairs.right_id
)

select * from placed where left_split <> right_split
