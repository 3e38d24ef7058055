-- One row per sample that dedupe kept: selected, or the first cap or quota that left it out.
-- grain: corpus, sample_id
with quotas as (
  select * from int_quotas
),

-- `place` makes the turns of strata comparable: what a stratum takes to fill its quota stands at most at 1
eligible as (
  select int_eligible.*, stratum_turn / quotas.quota as place
  from int_eligible
  left join quotas using (corpus, kind, stratum)
),

limits as (
  select
    corpus,
    (recipe ->> '$.select.max_per_file')::bigint as max_per_file,
    sum(quota) filter (kind = 'tool') as count_tool,
    (recipe ->> '$.select.max_source_fraction')::double as max_source_fraction,
    (recipe ->> '$.select.max_intent_fraction')::double as max_intent_fraction
  from settings
  join quotas using (corpus)
  group by all
),

by_file as (
  select *, row_number() over (partition by corpus, kind, source_id, path order by place, draw) as file_turn
  from eligible
),

under_file_cap as (
  select
    by_file.*,
    row_number() over (partition by corpus, kind, source_id order by place, draw) as turn_of_source,
    row_number() over (partition by corpus, kind, intent order by place, draw) as turn_of_intent
  from by_file
  join limits using (corpus)
  where kind = 'direct' or path = '.' or file_turn <= max_per_file
),

under_caps as (
  select under_file_cap.*
  from under_file_cap
  join limits using (corpus)
  where kind = 'direct'
    or (turn_of_source <= floor(max_source_fraction * count_tool) and turn_of_intent <= floor(max_intent_fraction * count_tool))
),

under_held_out_cap as (
  select
    under_caps.*,
    row_number() over (partition by corpus, kind, stratum, is_held_out order by place, draw) as turn_held_out
  from under_caps
),

openable as (
  select under_held_out_cap.*
  from under_held_out_cap
  join quotas using (corpus, kind, stratum)
  where not is_held_out or turn_held_out <= floor(quota_held)
),

taken as (
  select *, row_number() over (partition by corpus, kind, stratum order by place, draw) as turn
  from openable
),

selection as (
  select
    eligible.corpus,
    eligible.sample_id,
    eligible.kind,
    eligible.stratum,
    case
      when quotas.quota is null then 'no_quota'
      when taken.turn <= quotas.quota then null
      when taken.turn is not null then 'over_quota'
      when under_caps.sample_id is not null then 'over_held_out_cap'
      when under_file_cap.sample_id is null then 'over_file_cap'
      when under_file_cap.turn_of_source > floor(limits.max_source_fraction * limits.count_tool) then 'over_source_cap'
      else 'over_intent_cap'
    end as drop_reason
  from eligible
  join limits using (corpus)
  left join quotas using (corpus, kind, stratum)
  left join under_file_cap using (corpus, sample_id)
  left join under_caps using (corpus, sample_id)
  left join taken using (corpus, sample_id)
)

select * from selection
