-- One row per reported iteration of a training run.
-- grain: run_id, iteration
create table if not exists steps (
  run_id varchar not null,
  iteration bigint not null,
  loss double,               -- null where only the validation loss was measured
  valid_loss double,         -- null where it was not measured
  learning_rate double,
  tokens_per_second double,
  trained_tokens bigint,     -- so far
  peak_memory_bytes bigint
);
