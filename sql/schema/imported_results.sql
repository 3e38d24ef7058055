-- One row per tool's result that an imported row shows.
-- grain: corpus, row_id, ordinal, position
create table imported_results (
  corpus varchar not null,
  row_id bigint not null,
  ordinal integer not null,
  position integer not null,
  tool varchar,
  content varchar not null,
  source_role varchar not null,
  wrapping varchar not null
);
