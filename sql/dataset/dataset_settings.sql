-- One row: the thresholds that rules read. `[audit]` of curate.toml sets any of them.
-- Chosen by us, 2026-11-21, and generous: a rule that cries wolf is switched off.
-- grain: one row
create table dataset_settings (
  near_jaccard double not null default 0.8,          -- pairs at or above it are near-duplicates
  near_prompt_words integer not null default 3,      -- words a shingle of prompts
  near_conversation_words integer not null default 5,  -- and of conversations
  split_rows integer not null default 50,            -- smaller splits have no shares worth the name
  tool_share_low double not null default 0.5,        -- of rows that call a tool
  tool_share_high double not null default 0.9,       -- the record: 97.5 % was too many
  one_tool_share double not null default 0.6,        -- of the rows with calls, for a single tool
  category_share double not null default 0.6,        -- of a split, for a single category
  tool_rows integer not null default 10,             -- fewer train rows do not teach a tool
  phrasings integer not null default 15,             -- distinct ones a tool, names and paths masked; the record: 3 or 4 were learned
  phrasing_rows integer not null default 30,         -- a tool with fewer rows is not judged by them
  clustering double not null default 0.5,            -- changes of class in file order, to those of a shuffled file
  identical_rows integer not null default 10,        -- rows that show one and the same result
  identical_calls integer not null default 5,        -- ... as that of so many different calls
  offered_rows integer not null default 20,          -- rows that offer a tool none calls
  max_seq_length integer not null default 2048,      -- tokens after which mlx-lm cuts a row off; its own default
  batch_size integer not null default 4,             -- rows a step of training; mlx-lm's own default
  mixed_fraction double not null default 0.05        -- a habit below it, or above one less it, is no mixture
);
