-- One row per content of a file and version of the extractor: what was found out, once.
-- grain: file_sha256, extractor, language
create table file_facts (
  file_sha256 varchar not null,
  extractor varchar not null,
  language varchar not null,
  parser varchar,                  -- ast, libcst; null for documentation
  line_count bigint not null,
  docstring varchar,               -- first line of the module's docstring
  exports varchar[],               -- names in __all__
  drop_reason varchar
);
