-- One row per fault that was found while an imported dataset was read: `curate audit` says more.
-- grain: none, a row may have a fault twice
create table imported_faults (
  corpus varchar not null,
  row_id bigint,                   -- null for a line that is no row
  path varchar not null,
  line bigint,
  ordinal integer,
  rule varchar not null,
  evidence varchar not null
);
