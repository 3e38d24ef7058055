-- One row per model, adapter and suite: its latest score.
-- grain: model, adapter, suite
select *
from scores
qualify row_number() over (partition by model, adapter, suite order by started desc, run_id desc) = 1
