-- Calls to a tool that the row does not offer.
-- grain: row_id, ordinal, tool
-- severity: error
-- group: balance
-- why: The model learns to call what is not there, and the server answers with an error.
-- remedy: Offer the tool in the row, or drop the row.
with calls as (
  select calls.row_id, calls.ordinal, calls.tool, rows.toolset_id
  from dataset_calls calls
  join dataset_rows rows using (row_id)
  where not calls.is_in_code and rows.toolset_id is not null
),

missing as (
  select distinct row_id, ordinal, tool, toolset_id
  from calls
  anti join dataset_toolsets using (toolset_id, tool)
),

offered as (
  select toolset_id, left(string_agg(tool, ', ' order by position), 160) as tools
  from dataset_toolsets
  where toolset_id in (select toolset_id from missing)
  group by toolset_id
)

select row_id, ordinal, format('calls {}; offered: {}', tool, tools) as evidence
from missing
join offered using (toolset_id)
