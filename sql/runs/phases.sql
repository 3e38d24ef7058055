-- One row per corpus and model: its last training run that ended well, its best validation loss, and the last
-- accuracy of its adapter or of a model that was fused from it.
-- grain: corpus, model
with trained as (
  select *
  from runs
  where verb = 'train' and state in ('done', 'stopped')
  qualify row_number() over (partition by corpus, model order by started desc, run_id desc) = 1
),

best as (
  select run_id, min(valid_loss) filter (iteration > 0) as best_valid_loss, max(iteration) as iterations
  from steps
  group by run_id
),

scored as (
  select trained.run_id, scores.suite, scores.accuracy
  from trained
  join scores
    on contains('/' || coalesce(scores.adapter, scores.model) || '/', '/' || trained.folder || '/')
    or scores.adapter = trained.adapter
  qualify row_number() over (partition by trained.run_id order by scores.started desc, scores.run_id desc) = 1
)

select
  trained.corpus,
  trained.model,
  trained.run_id,
  best.iterations,
  best.best_valid_loss,
  scored.suite,
  scored.accuracy,
  trained.seconds,
  trained.started
from trained
left join best using (run_id)
left join scored using (run_id)
