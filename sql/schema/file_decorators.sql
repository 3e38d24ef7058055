-- One row per decorator of a definition.
-- grain: file_sha256, line, symbol
create table file_decorators (
  file_sha256 varchar not null,
  symbol varchar not null,
  line bigint not null,
  end_line bigint not null,
  expression varchar not null,
  name varchar,
  resolved varchar,
  symbol_line bigint not null      -- of the definition
);
