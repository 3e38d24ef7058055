-- One row per intent with its slots filled, or direct answer.
-- grain: corpus, candidate_id
create table candidates (
  corpus varchar not null,
  candidate_id varchar not null,
  kind varchar not null,           -- tool, direct
  intent varchar not null,
  category varchar not null,
  outcome varchar not null,        -- found, empty, recovered, failed; direct for a direct answer
  source_id varchar,
  workspace_id varchar,            -- where its calls are made; null for a direct answer
  path varchar,
  symbol varchar,
  slots json not null,
  calls json not null,             -- [{tool, arguments}], planned; an argument may be {from: '0.locations.0.file'}
  expected json not null,          -- what the facts say of the last call's result
  drop_reason varchar              -- of propose: not_sampled, tool_not_offered, other_surface; of imports: not_executed, faulty, ...
);
