-- One row per pair of near-duplicates, counted exactly; equal rows are one, its first.
-- grain: level, left_row, right_row
create table dataset_pairs (
  level varchar not null,          -- conversation, prompt
  left_row bigint not null,        -- the earlier one; first of its row_hash, or first_user_hash
  right_row bigint not null,
  jaccard double not null          -- of the sets of shingles; 1.0: equal but for case, space and signs
);
