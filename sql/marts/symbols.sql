-- One row per class, function or method in the current corpus's sources.
-- grain: source_id, path, ordinal
with corpus_files as (
  select source_id, path, file_sha256, is_test, is_documentation from files
),

facts as (
  select * from file_symbols
),

placed as (
  select corpus_files.*, facts.* exclude (file_sha256)
  from corpus_files
  join facts using (file_sha256)
)

select * from placed
