-- Stages that lost rows: rows in are not rows out and dropped, or not the rows out of the stage before.
-- grain: corpus, stage
with runs as (
  select
    corpus,
    stage,
    rows_in,
    rows_out,
    coalesce(list_sum([(dropped ->> ('$."' || key || '"'))::bigint for key in json_keys(dropped)]), 0)::bigint as count_dropped
  from stage_runs
),

direct as (
  select corpus, count(*) as count_direct from candidates where kind = 'direct' and drop_reason is null group by corpus
),

received as (
  select
    runs.*,
    case stage
      when 'execute' then (select rows_out from runs b where b.corpus = runs.corpus and b.stage = 'propose') - coalesce(count_direct, 0)
      when 'compose' then (select rows_out from runs b where b.corpus = runs.corpus and b.stage = 'execute') + coalesce(count_direct, 0)
      when 'dedupe' then (select rows_out from runs b where b.corpus = runs.corpus and b.stage = 'compose')
      when 'select' then (select rows_out from runs b where b.corpus = runs.corpus and b.stage = 'dedupe')
      when 'split' then (select rows_out from runs b where b.corpus = runs.corpus and b.stage = 'select')
      else rows_in
    end as rows_received
  from runs
  left join direct using (corpus)
)

select corpus, stage, rows_received, rows_in, rows_out, count_dropped
from received
where rows_in <> rows_out + count_dropped or rows_in <> rows_received
