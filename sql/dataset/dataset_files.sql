-- One row per file of the dataset.
-- grain: file_id
create table dataset_files (
  file_id integer not null,        -- in order of split (train, valid, test) and path
  path varchar not null,           -- as it was given, or below the folder that was given
  split varchar not null,          -- train, valid, test
  count_bytes bigint not null,
  count_lines bigint not null      -- of an array or a Parquet file: its rows
);
