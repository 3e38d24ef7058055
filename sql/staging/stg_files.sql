-- One row per file of the sources of the corpus that settings points to.
-- grain: source_id, path
with corpus_files as (
  select source_files.*, sources.name as source_name, sources.tree_sha256
  from source_files
  join sources using (source_id)
  join corpus_sources using (source_id)
  join settings using (corpus)
),

facts as (
  select * from file_facts
),

files as (
  select
    corpus_files.source_id,
    corpus_files.source_name,
    corpus_files.tree_sha256,
    corpus_files.path,
    corpus_files.file_sha256,
    corpus_files.size_bytes,
    corpus_files.language,
    regexp_extract(corpus_files.path, '([^/]+)$', 1) as name,
    regexp_replace(corpus_files.path, '/?[^/]+$', '') as folder,
    facts.line_count,
    facts.docstring,
    facts.exports,
    facts.parser,
    coalesce(corpus_files.drop_reason, facts.drop_reason) as drop_reason
  from corpus_files
  left join facts using (file_sha256, language)
)

select * from files
