-- Answers with a slip of their template: a hole, a doubled word or space, a wrong plural.
-- grain: corpus, sample_id
with sample_rows as (
  select corpus, sample_id, answer, regexp_replace(answer, '(?s)````python\n.*?\n````|```python\n.*?\n```|“[^”]*”|(^|\n)> [^\n]*|`[^`]*`', '\1x', 'g') as plain
  from samples
  where kind = 'tool'
)

select corpus, sample_id, answer
from sample_rows
where regexp_matches(plain, '\{\{|\}\}|\{%|``|“”|\bNone\b|\bnull\b|\S  +\S| [,.;:](\s|$)|\.\.$')
  or regexp_matches(plain, '\b(the the|a a|is is|in in|of of|to to)\b')
  or regexp_matches(plain, '\b1 (lines|files|places|calls|matches|classes|functions|methods|tests|errors|warnings|violations|sections|times)\b')
