-- One row per pattern that grep has looked for in a tree, found or not.
-- grain: tree_sha256, pattern_sha256, pattern_name
create table grep_runs (
  tree_sha256 varchar not null,
  pattern_sha256 varchar not null,
  pattern_name varchar not null
);
