-- One row per reply of a model to a prompt of a suite, judged.
-- grain: run_id, suite, prompt_id
create table if not exists replies (
  run_id varchar not null,
  suite varchar not null,
  prompt_id varchar not null,
  category varchar,
  prompt varchar,            -- the last user message of what was asked
  is_right boolean not null,
  expected json,
  called json,
  reasons json,              -- a list: why it is not right
  reply varchar,
  seconds double,
  seconds_to_first double,
  count_tokens bigint,
  tool_probability double,   -- of <tool_call> as the first token
  is_tool_expected boolean,
  is_tool_called boolean
);
