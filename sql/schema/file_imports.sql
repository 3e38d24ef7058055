-- One row per name that an import statement binds.
-- grain: file_sha256, ordinal
create table file_imports (
  file_sha256 varchar not null,
  ordinal bigint not null,
  line bigint not null,
  end_line bigint not null,
  module varchar not null,         -- with leading dots when relative
  name varchar,                    -- null for `import module`, * for a star
  alias varchar,
  scope varchar,
  is_type_checking boolean not null
);
