-- One row per file of a source.
-- grain: source_id, path
create table source_files (
  source_id varchar not null,
  path varchar not null,           -- POSIX, relative to the source
  file_sha256 varchar not null,
  size_bytes bigint not null,
  language varchar not null,       -- python, markdown, rst, other
  drop_reason varchar              -- null: its facts were taken, or it is of no language that has any
);
