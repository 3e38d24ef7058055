-- One row per conversation that was composed, whether it is selected or not.
-- grain: corpus, sample_id
create table composed (
  corpus varchar not null,
  sample_id varchar not null,
  candidate_id varchar not null,
  kind varchar not null,
  intent varchar not null,
  category varchar not null,
  outcome varchar not null,
  stratum varchar not null,        -- what its quota is counted under
  source_id varchar,
  path varchar,
  symbol varchar,
  tool varchar,                    -- of the last call
  phrasing bigint not null,
  is_held_out boolean not null,
  prompt varchar not null,
  calls json not null,
  execution_ids varchar[] not null,
  results varchar[] not null,
  answer varchar not null,
  messages json not null,          -- the conversation as it is exported
  drop_reason varchar
);
