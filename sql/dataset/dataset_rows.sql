-- One row per row of the dataset, in order of files and lines; a line that is no row is a fault.
-- grain: row_id
create table dataset_rows (
  row_id bigint not null,          -- dense, from 0
  file_id integer not null,
  split varchar not null,          -- train, valid, test
  line bigint not null,            -- from 1; of a Parquet file: the row's number
  form varchar not null,           -- messages, prompt_completion, text, sharegpt, alpaca
  dialects varchar[] not null,     -- of its calls, each once, in order of their names
  kind varchar not null,           -- tool (it has a call, or what was meant as one), direct
  surface varchar,                 -- of its calls: direct, code (the code's own calls do not count)
  count_bytes bigint not null,     -- of the line as it stands
  row_hash ubigint not null,       -- roles, contents, calls and tools
  system_hash ubigint,             -- all system prompts
  first_user_hash ubigint,
  first_user_folded_hash ubigint,  -- case folded, space as one blank
  user_turns_hash ubigint,         -- all user turns that are no results
  calls_hash ubigint,              -- all calls, in order; null without a call
  toolset_id ubigint,              -- of dataset_toolsets; null where no tool is offered
  count_messages integer not null,
  last_role varchar,
  category varchar,                -- as the row names it: category, type, label, ...
  first_user varchar,              -- first user message that is no tool result
  conversation varchar not null    -- user turns, prose and calls: what near-duplicates are found by
);
