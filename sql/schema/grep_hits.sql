-- One row per line that a pattern of a recipe matches, as grep says.
-- grain: tree_sha256, pattern_sha256, pattern_name, path, line
create table grep_hits (
  tree_sha256 varchar not null,
  pattern_sha256 varchar not null,
  pattern_name varchar not null,
  path varchar not null,
  line bigint not null,
  text varchar not null
);
