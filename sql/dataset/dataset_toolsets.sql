-- One row per tool in a set of offered tools; every set stands once.
-- grain: toolset_id, position
create table dataset_toolsets (
  toolset_id ubigint not null,
  position integer not null,
  tool varchar not null,
  schema json not null             -- {"name": ..., "parameters": ...} as offered
);
