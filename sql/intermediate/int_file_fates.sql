-- One row per file of a corpus's sources: null where its facts were taken, else why they were not.
-- grain: corpus, source_id, path
with corpus_files as (
  select corpus_sources.corpus, source_files.*
  from source_files
  join corpus_sources using (source_id)
),

facts as (
  select file_sha256, language, drop_reason from file_facts
),

fates as (
  select corpus_files.corpus, corpus_files.source_id, corpus_files.path, coalesce(corpus_files.drop_reason, facts.drop_reason) as drop_reason
  from corpus_files
  left join facts using (file_sha256, language)
)

select * from fates
