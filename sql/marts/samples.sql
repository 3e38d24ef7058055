-- One row per sample of a dataset: what was asked, called, returned and answered, and where it comes from.
-- grain: corpus, sample_id
with split_samples as (
  select * from sample_splits
),

samples as (
  select
    corpus,
    sample_id,
    split,
    position,
    kind,
    intent,
    category,
    outcome,
    stratum,
    tool,
    source_id,
    path,
    symbol,
    prompt,
    calls,
    results,
    answer,
    messages,
    phrasing,
    is_held_out,
    execution_ids,
    candidate_id,
    group_id
  from composed
  join split_samples using (corpus, sample_id)
)

select * from samples
