-- One row per commit of a workspace's repository; of long histories the newest ones.
-- grain: workspace_id, ordinal
create table workspace_commits (
  workspace_id varchar not null,
  ordinal bigint not null,         -- from 1, the newest
  hash varchar not null,           -- ten digits, as git_log shows it
  message varchar not null,        -- its first line
  author varchar not null,
  date varchar not null,           -- 2026-02-19T05:00:57Z
  files struct(path varchar, additions bigint, deletions bigint)[] not null  -- null counts: binary
);
