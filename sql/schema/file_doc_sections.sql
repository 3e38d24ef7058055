-- One row per section of a Markdown or reST file.
-- grain: file_sha256, line
create table file_doc_sections (
  file_sha256 varchar not null,
  line bigint not null,
  end_line bigint not null,
  level bigint not null,
  title varchar not null
);
