-- One row per message of an imported row.
-- grain: corpus, row_id, ordinal
create table imported_messages (
  corpus varchar not null,
  row_id bigint not null,
  ordinal integer not null,        -- from 0
  role varchar not null,           -- system, user, assistant, tool
  source_role varchar not null,    -- as written
  content varchar not null,
  count_calls integer not null,
  is_result boolean not null,
  has_prose boolean not null
);
