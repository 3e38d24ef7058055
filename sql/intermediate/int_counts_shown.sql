-- One row per number that a reader can count in a tool result: its lines, its files, the lines of one file,
-- its lines that do not define something.
-- grain: corpus, sample_id, number
with lines as (
  select corpus, sample_id, ordinal, unnest(string_split(rtrim(content, chr(10)), chr(10))) as line
  from conversations
),

placed as (
  select
    corpus,
    sample_id,
    ordinal,
    regexp_extract(line, '^(?:\./)?([^:\s]+):', 1) as path,
    regexp_matches(line, '^(?:[^:\s]+:)?\d+:\s*(async def|def|class)\s') as is_definition
  from lines
  where not regexp_matches(line, '^\[(exit status|lines|first) ')
),

numbers as (
  select corpus, sample_id, count(*) as number from placed group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(distinct path) from placed where path <> '' group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(*) from placed where path <> '' group by corpus, sample_id, ordinal, path
  union all
  select corpus, sample_id, count(*) filter (not is_definition) from placed group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(distinct path) filter (not is_definition) from placed where path <> '' group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(*) filter (is_definition) from placed group by corpus, sample_id, ordinal
)

select distinct corpus, sample_id, number from numbers
