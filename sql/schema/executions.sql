-- One row per tool call that was really run.
-- grain: execution_id
create table executions (
  execution_id varchar not null,   -- of workspace, tool, arguments and tool version
  workspace_id varchar not null,
  tool varchar not null,
  arguments json not null,
  tool_version varchar not null,
  success boolean not null,
  result json not null,            -- typed
  content varchar not null,        -- the string in the tool message
  trace json not null              -- [[tool, arguments, result]]: the calls it made, itself where it is no code
);
