-- One row per message of a row.
-- grain: row_id, ordinal
create table dataset_messages (
  row_id bigint not null,
  ordinal integer not null,        -- from 0
  role varchar not null,           -- system, user, assistant, tool; another one as it is written
  source_role varchar not null,    -- as written: human, gpt, observation, ...
  content varchar not null,        -- as it stands, calls and all
  count_calls integer not null,    -- those in code do not count
  is_result boolean not null,      -- role tool, or a user turn that carries a tool's result
  has_prose boolean not null       -- says something besides its calls
);
