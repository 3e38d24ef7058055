-- One row per score and category, the whole of a suite as `overall`: how many replies were right.
-- grain: run_id, suite, category
with grouped as (
  select
    run_id,
    suite,
    category,
    grouping(category) = 1 as is_overall,
    count(*) filter (is_right) as count_right,
    count(*) filter (is_tool_expected = is_tool_called) as count_decided,
    count(*) as count_replies
  from replies
  group by grouping sets ((run_id, suite, category), (run_id, suite))
)

select
  run_id,
  suite,
  case when is_overall then 'overall' else coalesce(category, 'without a category') end as category,
  is_overall,
  count_right,
  count_decided,
  count_replies
from grouped
