-- One row per class, function or method in the content of a file.
-- grain: file_sha256, ordinal
create table file_symbols (
  file_sha256 varchar not null,
  ordinal bigint not null,
  kind varchar not null,           -- class, function, method
  name varchar not null,
  qualified_name varchar not null, -- as __qualname__
  parent varchar,
  line bigint not null,            -- of class, def or async, from 1
  first_line bigint not null,      -- of its first decorator
  end_line bigint not null,
  "column" bigint not null,
  is_async boolean not null,
  decorators varchar[] not null,
  bases varchar[] not null,
  parameters struct(name varchar, kind varchar, annotation varchar, "default" varchar)[] not null,
  "returns" varchar,
  docstring varchar,
  docstring_line bigint,
  docstring_end_line bigint,
  signature_end_line bigint not null
);
