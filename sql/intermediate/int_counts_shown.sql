-- One row per number that a reader can count in a tool result: its lines, its files, the lines of one file,
-- its lines that define something, or a class, or do not.
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
    regexp_extract(line, '^(?:[^:\s]+:)?\d+:\s*(async def|def|class)\s', 1) as defines
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
  select corpus, sample_id, count(*) filter (defines = '') from placed group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(distinct path) filter (defines = '') from placed where path <> '' group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(*) filter (defines <> '') from placed group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(*) filter (defines = 'class') from placed group by corpus, sample_id, ordinal
  union all
  select corpus, sample_id, count(*) filter (defines in ('def', 'async def')) from placed group by corpus, sample_id, ordinal
)

select distinct corpus, sample_id, number from numbers
