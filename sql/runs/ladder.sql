-- One row per model that was quantised: its size, how far it is from what it was, and what it has kept.
-- grain: run_id
select
  run_id,
  corpus,
  model,
  settings ->> 'target' as target,
  cast(settings ->> 'bits' as bigint) as bits,
  cast(settings ->> 'group_size' as bigint) as group_size,
  settings ->> 'mode' as mode,
  cast(metrics ->> 'bits_per_weight' as double) as bits_per_weight,
  cast(metrics ->> 'size_bytes' as bigint) as size_bytes,
  cast(metrics ->> 'kl_mean' as double) as kl_mean,
  cast(metrics ->> 'kl_p99' as double) as kl_p99,
  cast(metrics ->> 'kl_most' as double) as kl_most,
  cast(metrics ->> 'agreement' as double) as agreement,
  cast(metrics ->> 'kept_fraction' as double) as kept_fraction,
  cast(metrics ->> 'is_lost' as boolean) as is_lost,
  started
from runs
where verb = 'quantize'
