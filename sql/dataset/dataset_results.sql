-- One row per result of a tool that a row shows.
-- grain: row_id, ordinal, position
create table dataset_results (
  row_id bigint not null,
  ordinal integer not null,        -- of its message
  position integer not null,       -- in its message, from 0
  tool varchar,                    -- the call it answers, where that can be told
  content varchar not null,        -- without its wrapping
  source_role varchar not null,
  wrapping varchar not null,       -- none, tool_response, tool_response_twice, prefix, json_string
  content_hash ubigint not null,
  shape_hash ubigint not null      -- of the content without the values of the calls before it
);
