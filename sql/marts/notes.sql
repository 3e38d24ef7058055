-- One row per line that a pattern of the current recipe matches, as grep found it.
-- grain: source_id, pattern, path, line
with corpus_sources_now as (
  select distinct source_id, tree_sha256 from stg_files
),

patterns as (
  select unnest(json_keys(recipe -> '$.scan.patterns')) as pattern, recipe -> '$.scan.patterns' as expressions
  from settings
),

hits as (
  select * from grep_hits
),

notes as (
  select corpus_sources_now.source_id, patterns.pattern, hits.path, hits.line, hits.text
  from corpus_sources_now
  join hits using (tree_sha256)
  join patterns
    on patterns.pattern = hits.pattern_name and hits.pattern_sha256 = sha256(patterns.expressions ->> ('$."' || patterns.pattern || '"'))
)

select * from notes
