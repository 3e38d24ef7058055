-- One row per defect that was to be planted in a workspace: where it is and who can report it, or why it is not there.
-- grain: corpus, workspace_id, ordinal
create table workspace_defects (
  corpus varchar not null,
  workspace_id varchar not null,
  ordinal bigint not null,         -- from 1
  source_id varchar not null,
  defect varchar not null,         -- as in curate/defects
  path varchar,
  state varchar,                   -- unstaged, staged, both, committed: of the file
  is_staged boolean,               -- whether the index holds it, or a commit; of `both` one defect is staged, one is not
  line bigint,                     -- where a tool reports it; all lines are of the file as it lies in the workspace
  changed_line bigint,             -- where the file differs
  before_line bigint,              -- the same place in the source's own file
  symbol varchar,                  -- the qualified name of the definition around it; null outside of any
  name varchar,                    -- the identifier or expression that is wrong
  original varchar,                -- the line that differs, as it was, without indentation; empty: there was none
  planted varchar,                 -- the same line as it is; empty: it is gone
  message varchar,                 -- what its commit says
  tool varchar,                    -- the first of `reports`; null: no tool sees it but git
  codes varchar[],                 -- of that tool; empty for pytest_run
  reports struct(tool varchar, codes varchar[])[],  -- every tool that can report it
  tests varchar[],                 -- test files that run the code, the likeliest to fail first
  drop_reason varchar              -- no_site: no file of the source has a place for it; no_tool: none would report it
);
