-- One row per row, with a tokenizer only: its tokens as mlx-lm counts them to train on it.
-- grain: row_id
create table dataset_tokens (
  row_id bigint not null,
  count_tokens integer,            -- before any cut; null where the row cannot be rendered
  count_prompt_tokens integer,     -- what --mask-prompt leaves out; null where it cannot, as in `text`
  count_keys integer not null      -- of the row's object: what mlx-lm sorts by, in place of the length
);
