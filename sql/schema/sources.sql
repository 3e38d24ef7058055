-- One row per source that has been fetched here.
-- grain: source_id
create table sources (
  source_id varchar not null,      -- flask@3.1.3
  name varchar not null,
  version varchar not null,
  kind varchar not null,           -- pypi, git, path
  revision varchar not null,       -- sha256 of the archive, commit, or hash of the tree
  tree_sha256 varchar not null,
  license_spdx varchar not null,
  category varchar not null
);
