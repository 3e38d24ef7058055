-- One row per fault that was found while a single row, line or file was read.
-- grain: none, a row may have a fault twice
create table dataset_faults (
  row_id bigint,                   -- null for a line that is no row
  file_id integer not null,
  line bigint,                     -- null for a fault of the whole file
  ordinal integer,                 -- of the message
  rule varchar not null,
  evidence varchar not null,
  line_hash ubigint                -- of the bytes of a line that is no row
);
