-- One row per call of a dotted name.
-- grain: file_sha256, ordinal
create table file_calls (
  file_sha256 varchar not null,
  ordinal bigint not null,
  line bigint not null,
  "column" bigint not null,
  callee varchar not null,
  caller varchar,
  count_args bigint not null
);
