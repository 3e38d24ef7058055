-- Strata whose number of samples is not the recipe's quota.
-- grain: corpus, kind, stratum
with quotas as (
  select * from int_quotas
),

counts as (
  select corpus, kind, stratum, count(*) as count_samples from samples group by all
),

compared as (
  select corpus, kind, stratum, coalesce(quota, 0) as quota, coalesce(count_samples, 0) as count_samples
  from quotas
  full join counts using (corpus, kind, stratum)
  where corpus in (select corpus from settings)
)

select * from compared where quota <> count_samples
