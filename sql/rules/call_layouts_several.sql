-- Calls laid out otherwise than the chat template, or most of the dataset, does: with a line break after the tag or without.
-- grain: file_id, layout
-- severity: warning
-- group: consistency
-- why: mlx-lm chooses its parser by the exact text <tool_call>\n<function= of the template; the served template writes only one of them.
-- remedy: Write all calls as the model's own chat template does: curate audit DATA --fix OUT.
with calling as (
  select row_id, content from dataset_messages where role = 'assistant' and count_calls > 0 and contains(content, '<tool_call>')
),

layouts as (
  select
    row_id,
    case when contains(content, '<tool_call>' || chr(10)) then '<tool_call> and a line break' else '<tool_call> and no line break' end
    || case
      when not contains(content, '<function=') then ''
      when regexp_matches(content, '<function=[^>]*>\n') then ', <function=> and a line break'
      else ', <function=> and none'
    end as layout
  from calling
),

counted as (
  select rows.file_id, layouts.layout, contains(layouts.layout, 'function') as is_xml, count(*) as count_messages, min(layouts.row_id) as row_id
  from layouts
  join dataset_rows rows using (row_id)
  group by all
),

-- the template of qwen3_coder has one layout; of hermes it is the usual one
wanted as (
  select is_xml, layout, (sum(count_messages))::bigint as count_messages, min(row_id) as row_id
  from counted
  where not is_xml or layout = '<tool_call> and a line break, <function=> and a line break'
  group by is_xml, layout
  qualify row_number() over (partition by is_xml order by sum(count_messages) desc, min(row_id)) = 1
)

select
  counted.row_id,
  wanted.row_id as other_row_id,
  format('{} in {} of the file; ', counted.layout, count_of(counted.count_messages, 'message'))
  || coalesce(format('{} in {} of the dataset', wanted.layout, count_of(wanted.count_messages, 'message')), 'the template has a line break after both') as evidence
from counted
left join wanted using (is_xml)
where wanted.layout is distinct from counted.layout
