-- One row per candidate: the sample it became, or the stage that dropped it and why.
-- grain: corpus, candidate_id
with candidate_rows as (
  select * from candidates
),

fates as (
  select
    c.corpus,
    c.candidate_id,
    c.kind,
    c.intent,
    c.category,
    c.outcome,
    c.source_id,
    c.path,
    c.symbol,
    c.workspace_id,
    composed.sample_id,
    sample_splits.split,
    case
      when c.drop_reason is not null then 'propose'
      when r.drop_reason is not null then 'execute'
      when composed.drop_reason is not null then 'compose'
      when d.drop_reason is not null then 'dedupe'
      when s.drop_reason is not null then 'select'
    end as stage,
    coalesce(c.drop_reason, r.drop_reason, composed.drop_reason, d.drop_reason, s.drop_reason) as drop_reason
  from candidate_rows c
  left join candidate_results r using (corpus, candidate_id)
  left join composed using (corpus, candidate_id)
  left join sample_clusters d on d.corpus = c.corpus and d.sample_id = composed.sample_id
  left join sample_selection s on s.corpus = c.corpus and s.sample_id = composed.sample_id
  left join sample_splits on sample_splits.corpus = c.corpus and sample_splits.sample_id = composed.sample_id
)

select * from fates
