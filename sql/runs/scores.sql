-- One row per score run that ended well and suite: how many replies were right, with Wilson's interval of 95 %.
-- grain: run_id, suite
with counted as (
  select
    run_id,
    suite,
    count(*) filter (is_right) as count_right,
    count(*) as count_replies,
    avg(seconds) as mean_seconds,
    avg(seconds_to_first) as mean_seconds_to_first,
    1.959964 as z
  from replies
  group by run_id, suite
),

bounded as (
  select
    *,
    count_right / count_replies as accuracy,
    (count_right + z * z / 2) / (count_replies + z * z) as middle,
    z * sqrt(count_right * (count_replies - count_right) / count_replies + z * z / 4) / (count_replies + z * z) as half
  from counted
)

select
  run_id,
  suite,
  runs.corpus,
  runs.model,
  runs.adapter,
  count_right,
  count_replies,
  accuracy,
  greatest(middle - half, 0) as low,
  least(middle + half, 1) as high,
  mean_seconds,
  mean_seconds_to_first,
  runs.started
from bounded
join runs using (run_id)
where runs.state = 'done'
