-- One row per composed sample that went into dedupe; a cluster is named by its first sample.
-- grain: corpus, sample_id
create table sample_clusters (
  corpus varchar not null,
  sample_id varchar not null,
  prompt_cluster varchar not null,
  conversation_cluster varchar not null,
  drop_reason varchar
);
