-- One row per selected sample, with the keys that tie it to others: clusters, symbol in file, each call.
-- grain: corpus, sample_id
with selected as (
  select * from sample_selection where drop_reason is null
),

samples as (
  select composed.*, prompt_cluster, conversation_cluster, md5(sample_id || settings.seed) as draw
  from selected
  join composed using (corpus, sample_id)
  join sample_clusters using (corpus, sample_id)
  join settings using (corpus)
),

call_keys as (
  select corpus, sample_id, list(distinct concat_ws(' ', 'call', workspace_id, call::varchar) order by concat_ws(' ', 'call', workspace_id, call::varchar)) as links
  from (select corpus, sample_id, workspace_id, unnest(from_json(calls, '["json"]')) as call from samples)
  group by all
),

links as (
  select
    samples.corpus,
    sample_id,
    stratum || ' ' || intent as stratum, -- each intent gives each split its share
    is_held_out,
    draw,
    list_concat(
      ['prompt ' || prompt_cluster, 'conversation ' || conversation_cluster, concat_ws('|', 'symbol', coalesce(source_id, ''), path, symbol)],
      coalesce(call_keys.links, [])
    ) as links
  from samples
  left join call_keys using (corpus, sample_id)
)

select * from links
