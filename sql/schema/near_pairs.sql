-- One row per pair of split samples that are near-duplicates, found anew by audit.
-- grain: corpus, field, left_id, right_id
create table near_pairs (
  corpus varchar not null,
  field varchar not null,          -- prompt, conversation
  left_id varchar not null,
  right_id varchar not null,
  jaccard double not null
);
