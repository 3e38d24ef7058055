-- One row, with a tokenizer only: what mlx-lm makes of it.
-- grain: one row
create table dataset_tokenizer (
  tokenizer varchar not null,      -- as it was given
  parser varchar,                  -- mlx-lm's parser of calls; null where it finds none
  stops varchar[] not null,        -- tokens that end a reply
  has_template boolean not null
);
