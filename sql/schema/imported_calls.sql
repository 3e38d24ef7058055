-- One row per tool call of an imported row, and per call inside the code of one.
-- grain: corpus, row_id, position
create table imported_calls (
  corpus varchar not null,
  row_id bigint not null,
  ordinal integer not null,        -- of its message
  position integer not null,
  dialect varchar not null,
  tool varchar not null,
  arguments varchar not null,      -- JSON, keys sorted
  is_in_code boolean not null,
  fields varchar[] not null        -- of its result that the code reads
);
