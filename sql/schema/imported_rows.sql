-- One row per row of a dataset that was imported, as it stands there.
-- grain: corpus, row_id
create table imported_rows (
  corpus varchar not null,         -- the name it was imported as
  row_id bigint not null,          -- dense, from 0
  split varchar not null,
  path varchar not null,
  line bigint not null,
  form varchar not null,           -- messages, prompt_completion, text, sharegpt, alpaca
  dialects varchar[] not null,     -- of its calls
  kind varchar not null,           -- tool, direct
  surface varchar,                 -- direct, code
  category varchar,                -- as the row names it
  count_messages bigint not null,
  count_questions bigint not null, -- user turns that are no results
  prompt varchar,                  -- the first of them
  answer varchar,                  -- the last message, where it is the assistant's
  conversation varchar not null,   -- user turns, prose and calls
  row_hash ubigint not null,
  equal_row_id bigint not null,    -- the first row that is equal; itself where it is the first
  near_row_id bigint not null      -- the first row of its near-duplicates; itself where it is the first
);
