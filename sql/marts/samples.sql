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
    surface,
    tool,
    tools,
    families,
    count_turns,
    count_setbacks,
    source_id,
    path,
    symbol,
    workspace_id,
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
