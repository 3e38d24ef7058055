-- One row per decorator of a definition in the current corpus's sources.
-- grain: source_id, path, line, symbol
with corpus_files as (
  select source_id, path, file_sha256, is_test, is_documentation from files
),

facts as (
  select * from file_decorators
),

placed as (
  select corpus_files.*, facts.* exclude (file_sha256)
  from corpus_files
  join facts using (file_sha256)
)

select * from placed
