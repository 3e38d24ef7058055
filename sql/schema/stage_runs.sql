-- One row per stage of a corpus that is done, and what it was done from.
-- grain: corpus, stage
create table stage_runs (
  corpus varchar not null,
  stage varchar not null,
  fingerprint varchar not null,
  rows_in bigint not null,
  rows_out bigint not null,
  dropped json not null,
  seconds double not null
);
