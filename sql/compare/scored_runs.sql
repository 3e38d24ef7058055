-- One row per score of a model on a suite that ended well: what it cost, and the training run that the model comes from.
-- grain: run_id
with scored as (
  select * from runs where verb = 'score' and state = 'done'
),

trained as (
  select run_id as train_run_id, corpus as phase, folder as train_folder from runs where verb = 'train'
),

placed as (
  select
    scored.run_id,
    settings ->> 'suite' as suite,
    model,
    adapter,
    started,
    cast(metrics ->> 'size_bytes' as bigint) as size_bytes,
    cast(metrics ->> 'peak_memory_bytes' as bigint) as peak_memory_bytes,
    cast(metrics ->> 'load_seconds' as double) as load_seconds,
    cast(metrics ->> 'reply_seconds' as double) as reply_seconds,
    cast(metrics ->> 'tokens_per_second' as double) as tokens_per_second,
    cast(metrics -> 'decision' ->> 'right' as bigint) as count_decided,
    metrics -> 'baselines' as baselines
  from scored
)

select
  placed.*,
  train_run_id,
  phase
from placed
left join trained on contains('/' || coalesce(adapter, model) || '/', '/' || train_folder || '/')
