-- One row per sample that dedupe kept, with its turns: the order in which caps and quotas take it.
-- grain: corpus, sample_id
with samples as (
  select composed.*, sample_clusters.drop_reason is null as is_kept
  from composed
  join sample_clusters using (corpus, sample_id)
),

kept as (
  select samples.*, md5(sample_id || settings.seed) as draw, settings.recipe
  from samples
  join settings using (corpus)
  where is_kept
),

by_source as (
  select *, row_number() over (partition by kind, intent, outcome, source_id order by draw) as source_turn
  from kept
),

by_intent as (
  select *, row_number() over (partition by kind, stratum, intent order by source_turn, draw) as intent_turn
  from by_source
),

turns as (
  select *, row_number() over (partition by kind, stratum order by intent_turn, draw) as stratum_turn
  from by_intent
)

select * from turns
