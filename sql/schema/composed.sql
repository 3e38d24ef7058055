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
  workspace_id varchar,
  surface varchar not null,        -- direct, code
  tool varchar,                    -- of the last call
  tools varchar[] not null,        -- all that were called, in code or not, by first call
  families varchar[] not null,     -- of these tools
  count_turns bigint not null,     -- calls that the model makes, one a turn
  count_setbacks bigint not null,  -- tool calls that failed or found nothing
  phrasing bigint not null,
  is_held_out boolean not null,
  prompt varchar not null,
  calls json not null,             -- [{tool, arguments}], a turn each
  execution_ids varchar[] not null,
  results varchar[] not null,
  answer varchar not null,
  messages json not null,          -- the conversation as it is exported
  drop_reason varchar
);
