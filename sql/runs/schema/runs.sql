-- One row per run: what was trained, fused, quantised or scored, with what, and what came of it.
-- grain: run_id
create table if not exists runs (
  run_id varchar not null,   -- train-phase27-1
  verb varchar not null,     -- probe, train, fuse, quantize or score
  corpus varchar,
  model varchar not null,    -- a folder or a name; its base where an adapter was trained
  adapter varchar,           -- a folder
  data_sha256 varchar,       -- of the corpus's manifest.json, or of the files
  settings json not null,
  metrics json not null,
  versions json not null,
  folder varchar not null,   -- relative to the project
  started varchar not null,  -- UTC, ISO 8601
  seconds double not null,
  state varchar not null     -- done, stopped or failed
);
