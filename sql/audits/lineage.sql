-- Samples that cannot be traced to their source, file and executions.
-- grain: corpus, sample_id
with sample_rows as (
  select * from samples
),

traced as (
  select
    sample_rows.corpus,
    sample_rows.sample_id,
    sample_rows.kind,
    sample_rows.path,
    sources.source_id is not null as has_source,
    source_files.path is not null as has_file,
    candidates.candidate_id is not null as has_candidate,
    workspaces.workspace_id is not null as has_workspace,
    json_array_length(sample_rows.calls) as count_calls,
    len(list_distinct(sample_rows.execution_ids)) as count_executions
  from sample_rows
  left join corpus_sources using (corpus, source_id)
  left join sources on sources.source_id = corpus_sources.source_id
  left join source_files on source_files.source_id = sample_rows.source_id
    and (source_files.path = sample_rows.path or starts_with(source_files.path, sample_rows.path || '/') or sample_rows.path = '.')
  left join candidates on candidates.corpus = sample_rows.corpus and candidates.candidate_id = sample_rows.candidate_id
  left join workspaces on workspaces.workspace_id = sample_rows.workspace_id and workspaces.source_id = sample_rows.source_id
  qualify row_number() over (partition by sample_rows.corpus, sample_rows.sample_id) = 1
)

select corpus, sample_id, kind, path, has_source, has_file, has_candidate, has_workspace, count_calls, count_executions
from traced
where not has_candidate
  or coalesce(path, '') = ''
  or (kind = 'tool' and (not has_source or not has_workspace or not has_file or count_calls = 0 or count_calls <> count_executions))
