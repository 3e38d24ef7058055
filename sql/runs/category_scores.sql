-- One row per score run that ended well, suite and category: how many replies were right.
-- grain: run_id, suite, category
select
  run_id,
  suite,
  category,
  runs.corpus,
  runs.model,
  runs.adapter,
  count(*) filter (is_right) as count_right,
  count(*) as count_replies,
  count(*) filter (is_right) / count(*) as accuracy
from replies
join runs using (run_id)
where runs.state = 'done'
group by all
