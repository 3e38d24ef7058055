-- One row per reported iteration of a training run, with the run that it belongs to.
-- grain: run_id, iteration
select
  steps.run_id,
  runs.corpus,
  runs.model,
  steps.iteration,
  steps.loss,
  steps.valid_loss,
  steps.learning_rate,
  steps.tokens_per_second,
  steps.trained_tokens,
  steps.peak_memory_bytes
from steps
join runs using (run_id)
