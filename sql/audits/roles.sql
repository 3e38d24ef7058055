-- Conversations whose turns are not system, user, then call and result any number of times, then an answer.
-- grain: corpus, sample_id
with turns as (
  select corpus, sample_id, kind, unnest(from_json(messages, '["json"]')) as message, generate_subscripts(from_json(messages, '["json"]'), 1) as turn
  from samples
),

letters as (
  select
    corpus,
    sample_id,
    kind,
    turn,
    case
      when regexp_full_match(coalesce(message ->> '$.content', ''), '\s*') and coalesce(json_array_length(message -> '$.tool_calls'), 0) = 0 then 'nothing'
      when coalesce(json_array_length(message -> '$.tool_calls'), 0) > 0 then 'call'
      else message ->> '$.role'
    end as word
  from turns
),

words as (
  select corpus, sample_id, kind, string_agg(word, ' ' order by turn) as turns from letters group by all
)

select corpus, sample_id, kind, turns
from words
where not regexp_full_match(turns, case kind when 'tool' then 'system user( call tool)+ assistant' else 'system user assistant' end)
