-- One row per tool sample and name in its prompt: its path, other paths, dotted names, snake_case, CamelCase, what stands in backticks.
-- grain: corpus, sample_id, name
with samples as (
  select corpus, sample_id, path, prompt from composed where kind = 'tool'
),

words as (
  select
    corpus,
    sample_id,
    unnest(list_append(regexp_extract_all(prompt, '`[^`]+`|[^\s`]*[/_.]\w[^\s`]*|\b\w*[a-z][A-Z]\w*'), path)) as word
  from samples
),

names as (
  select distinct corpus, sample_id, trim(word, '`.,?!:;()"''') as name from words
)

select * from names where name <> ''
