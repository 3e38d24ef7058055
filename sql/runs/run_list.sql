-- One row per run, with the figure that says most about it: what `curate runs` prints.
-- grain: run_id
with best as (
  select run_id, 'valid loss ' || round(min(valid_loss), 4) as result
  from steps
  where iteration > 0  -- before it, nothing was trained
  group by run_id
),

told as (
  select run_id, string_agg(round(100 * accuracy, 1) || ' % of ' || suite, ', ' order by suite) as result
  from scores
  group by run_id
)

select
  runs.run_id,
  runs.verb,
  runs.corpus,
  runs.model,
  runs.adapter,
  runs.state,
  coalesce(told.result, best.result, runs.metrics ->> 'summary') as result,
  runs.seconds,
  runs.started
from runs
left join best using (run_id)
left join told using (run_id)
