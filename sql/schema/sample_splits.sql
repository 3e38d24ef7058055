-- One row per selected sample. Its group goes to one split as a whole.
-- grain: corpus, sample_id
create table sample_splits (
  corpus varchar not null,
  sample_id varchar not null,
  group_id varchar not null,
  split varchar not null,          -- train, valid, test
  position bigint not null         -- row in the split's file, from 0
);
