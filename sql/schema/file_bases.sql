-- One row per base in a class statement.
-- grain: file_sha256, class_name, line, ordinal
create table file_bases (
  file_sha256 varchar not null,
  class_name varchar not null,
  line bigint not null,           -- where the expression starts
  ordinal bigint not null,
  expression varchar not null,
  name varchar,
  resolved varchar,
  class_line bigint not null       -- of the class statement
);
