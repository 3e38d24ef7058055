-- Answers of tool samples that state a name, path, quotation or number that no result showed.
-- A name may also be the developer's own or an argument's; a number may count what int_counts_shown counts.
-- grain: corpus, sample_id, claim
with sample_rows as (
  select
    corpus,
    sample_id,
    answer,
    regexp_replace(answer, '(?s)````python\n.*?\n````|```python\n.*?\n```|“[^”]*”|(^|\n)> [^\n]*', '\1 ', 'g') as own_words,
    regexp_extract(regexp_extract(answer, '(?s)````python\n.*?\n````|```python\n.*?\n```'), '(?s)python\n(.*)\n', 1) as code,
    array_to_string(results, chr(10)) || chr(10) || replace(array_to_string(results, chr(10)), '\"', '"') as shown,
    prompt || chr(10) || calls::varchar || chr(10) || replace(calls::varchar, '\\.', '.') as asked
  from samples
  where kind = 'tool'
),

words as (
  select *, regexp_replace(own_words, '`[^`]*`', ' ', 'g') as plain from sample_rows
),

claims as (
  select corpus, sample_id, 'name' as kind, unnest(regexp_extract_all(own_words, '`([^`]+)`', 1)) as claim, shown, asked from words
  union all
  select corpus, sample_id, 'name', unnest(regexp_extract_all(plain, '[\w./-]+\.(?:pyi?|md|rst|toml|cfg|ini|txt|ya?ml|json)\b')), shown, asked
  from words
  union all
  select corpus, sample_id, 'quotation', unnest(regexp_extract_all(answer, '“([^”]+)”', 1)), shown, asked from words
  union all
  select corpus, sample_id, 'quotation', unnest(regexp_extract_all(answer, '(?:^|\n)> ([^\n]+)', 1)), shown, asked from words
  union all
  select corpus, sample_id, 'quotation', unnest(list_filter(string_split(code, chr(10)), lambda line: trim(line) <> '')), shown, asked from words
  union all
  select corpus, sample_id, 'number', replace(unnest(regexp_extract_all(plain, '\b\d[\d,]*\b')), ',', ''), shown, asked from words
),

counts as (
  select corpus, sample_id, number::varchar as claim from int_counts_shown
),

judged as (
  select
    claims.corpus,
    claims.sample_id,
    claims.kind,
    claims.claim,
    case claims.kind
      when 'name' then contains(shown, claims.claim)
        or contains(asked, claims.claim)
        -- path:line, where the result shows the two apart
        or (contains(asked || shown, regexp_extract(claims.claim, '^(.+):\d+$', 1)) and list_contains(regexp_extract_all(shown, '\d+'), regexp_extract(claims.claim, ':(\d+)$', 1)))
      when 'quotation' then contains(shown, claims.claim) or contains(asked, claims.claim)
      else list_contains(regexp_extract_all(shown || chr(10) || asked, '\d+'), claims.claim) or counts.claim is not null
    end as is_shown
  from claims
  left join counts using (corpus, sample_id, claim)
)

select distinct corpus, sample_id, kind, claim from judged where not is_shown
