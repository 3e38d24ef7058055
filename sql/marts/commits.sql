-- One row per commit of a workspace of the current corpus's sources: releases, and planted ones on top.
-- grain: workspace_id, ordinal
with current_sources as (
  select corpus_sources.source_id
  from corpus_sources
  join settings using (corpus)
),

planted as (
  select workspace_id from defects
),

current_workspaces as (
  select workspaces.workspace_id, workspaces.source_id, workspaces.is_base
  from workspaces
  join current_sources using (source_id)
  where workspaces.is_base or workspaces.workspace_id in (select workspace_id from planted)
),

commits as (
  select
    current_workspaces.source_id,
    current_workspaces.is_base,
    workspace_commits.*,
    count(*) over (partition by workspace_commits.workspace_id) as count_commits
  from workspace_commits
  join current_workspaces using (workspace_id)
)

select * from commits
