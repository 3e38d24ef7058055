-- One row per stratum of the recipe: how many samples it must give.
-- grain: corpus, kind, stratum
with recipe as (
  select
    corpus,
    recipe,
    (recipe ->> '$.split.train')::bigint + (recipe ->> '$.split.valid')::bigint + (recipe ->> '$.split.test')::bigint as size,
    (recipe ->> '$.split.valid')::bigint + (recipe ->> '$.split.test')::bigint as size_held,
    (recipe ->> '$.select.tool.target')::double as tool_target
  from settings
),

kinds as (
  select corpus, size_held, size, 'tool' as kind, round(size * tool_target)::bigint as kind_size, recipe -> '$.select.tool_shares' as shares
  from recipe
  union all
  select corpus, size_held, size, 'direct', size - round(size * tool_target)::bigint, recipe -> '$.select.direct_shares'
  from recipe
),

strata as (
  select corpus, size, size_held, kind, kind_size, unnest(json_keys(shares)) as stratum, shares
  from kinds
),

exact as (
  select * exclude (shares), (shares ->> ('$."' || stratum || '"'))::double * kind_size as wanted
  from strata
),

rounded as (
  select
    *,
    floor(wanted)::bigint as whole,
    row_number() over (partition by corpus, kind order by wanted - floor(wanted) desc, stratum) as rest_turn,
    kind_size - sum(floor(wanted)) over (partition by corpus, kind) as rest
  from exact
),

quotas as (
  select
    corpus,
    kind,
    stratum,
    whole + (rest_turn <= rest)::bigint as quota,
    ((whole + (rest_turn <= rest)::bigint) * size_held / size)::double as quota_held
  from rounded
)

select * from quotas
