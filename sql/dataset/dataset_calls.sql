-- One row per tool call, and per call inside the code of one.
-- grain: row_id, position
create table dataset_calls (
  row_id bigint not null,
  ordinal integer not null,        -- of its message
  position integer not null,       -- among the row's calls, from 0; code stands before its calls
  dialect varchar not null,        -- hermes, qwen3_coder, markdown_json, json, python, openai; code
  tool varchar not null,
  arguments varchar not null,      -- JSON, keys sorted; positional ones of code are "0", "1", ... where no schema names them
  is_in_code boolean not null,     -- made by Python that another call runs
  fields varchar[] not null,       -- of its result that the code reads: errors, errors.line
  call_hash ubigint not null       -- of tool and arguments
);
