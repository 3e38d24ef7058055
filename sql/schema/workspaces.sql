-- One row per workspace: a source at its version, with its history and what was changed in it.
-- grain: workspace_id
create table workspaces (
  workspace_id varchar not null,   -- of the spec
  source_id varchar not null,
  spec json not null,              -- all that it is made of; see curate.workspaces.spec
  is_base boolean not null         -- the source as it is
);
