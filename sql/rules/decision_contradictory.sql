-- Questions that train answers with a call in one row and directly in another.
-- grain: row_id
-- severity: warning
-- group: consistency
-- why: One row says call, the other do not: the model learns when to call from neither.
-- remedy: Decide for one of them.
with asked as (
  select user_turns_hash, toolset_id, kind, min(row_id) as first_row, count(*) as count_rows
  from dataset_rows
  where split = 'train' and user_turns_hash is not null
  group by all
),

both_kinds as (
  select direct.first_row as row_id, tool.first_row as other_row_id, direct.count_rows as count_direct, tool.count_rows as count_tool
  from asked direct
  join asked tool on tool.user_turns_hash = direct.user_turns_hash and tool.toolset_id is not distinct from direct.toolset_id
  where direct.kind = 'direct' and tool.kind = 'tool'
)

select both_kinds.row_id, both_kinds.other_row_id, format('answered directly {:,} times, with a call {:,} times: “', count_direct, count_tool) || left(rows.first_user, 160) || '”' as evidence
from both_kinds
join dataset_rows rows using (row_id)
