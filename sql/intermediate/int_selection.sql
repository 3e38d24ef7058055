-- One row per sample that dedupe kept: selected, or the first cap or quota that left it out.
-- grain: corpus, sample_id
with caps as (
  select * from int_caps
),

quotas as (
  select * from int_quotas
),

taken as (
  select
    *,
    row_number() over (partition by corpus, kind, stratum, drop_reason is null order by stratum_turn, draw) as turn
  from caps
),

selection as (
  select
    taken.corpus,
    taken.sample_id,
    taken.kind,
    taken.stratum,
    case
      when quotas.quota is null then 'no_quota'
      when taken.drop_reason is not null then taken.drop_reason
      when taken.turn > quotas.quota then 'over_quota'
    end as drop_reason
  from taken
  left join quotas using (corpus, kind, stratum)
)

select * from selection
