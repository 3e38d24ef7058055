-- One row per sample that dedupe kept: the first cap that leaves it out, or null. A cap counts what the caps before it left.
-- grain: corpus, sample_id
with limits as (
  select * from int_limits
),

quotas as (
  select * from int_quotas
),

eligible as (
  select int_eligible.*, quota, quota_held, kind = 'direct' or path = '.' as has_no_file
  from int_eligible
  left join quotas using (corpus, kind, stratum)
),

apart as (
  select * from eligible anti join int_torn using (corpus, sample_id)
),

by_file as (
  select *, row_number() over (partition by corpus, kind, source_id, path order by stratum_turn / quota, draw) as file_turn
  from apart
),

under_file as (
  select
    by_file.*,
    row_number() over (partition by corpus, kind, stratum, is_held_out order by stratum_turn, draw) as held_out_turn
  from by_file
  join limits using (corpus)
  where has_no_file or file_turn <= max_file
),

-- `place` makes the turns of strata comparable: what a stratum takes to fill its quota stands at most at 1
under_held_out as (
  select *, row_number() over (partition by corpus, kind, stratum order by stratum_turn, draw) / quota as place
  from under_file
  where not is_held_out or held_out_turn <= floor(quota_held)
),

by_cap as (
  select
    *,
    row_number() over (partition by corpus, kind, source_id order by place, draw) as source_cap_turn,
    row_number() over (partition by corpus, kind, intent order by place, draw) as intent_cap_turn
  from under_held_out
),

caps as (
  select
    eligible.corpus,
    eligible.sample_id,
    eligible.kind,
    eligible.stratum,
    eligible.stratum_turn,
    eligible.draw,
    case
      when int_torn.sample_id is not null then 'name_held_out'
      when under_file.sample_id is null then 'over_file_cap'
      when by_cap.sample_id is null then 'over_held_out_cap'
      when eligible.kind = 'direct' then null
      when source_cap_turn > max_source then 'over_source_cap'
      when intent_cap_turn > max_intent then 'over_intent_cap'
    end as drop_reason
  from eligible
  join limits using (corpus)
  left join int_torn using (corpus, sample_id)
  left join under_file using (corpus, sample_id)
  left join by_cap using (corpus, sample_id)
)

select * from caps
