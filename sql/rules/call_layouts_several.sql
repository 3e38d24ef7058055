-- Files that write the calls of one dialect in several layouts, with a line break after the tag and without.
-- grain: file_id
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

files as (
  select *, first_value(layout) over of_file as usual, first_value(row_id) over of_file as usual_row, first_value(count_messages) over of_file as usual_messages
  from counted
  window of_file as (partition by file_id, is_xml order by count_messages desc, layout)
)

select row_id, usual_row as other_row_id, format('{:,} messages write {}; {:,} {}', count_messages, layout, usual_messages, usual) as evidence
from files
where layout <> usual
