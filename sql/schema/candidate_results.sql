-- One row per candidate that was executed: its executions in order, or why it goes no further.
-- grain: corpus, candidate_id
create table candidate_results (
  corpus varchar not null,
  candidate_id varchar not null,
  execution_ids varchar[] not null,
  drop_reason varchar
);
