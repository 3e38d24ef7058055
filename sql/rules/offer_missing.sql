-- Rows that call a tool and offer none, in a file where other rows offer theirs.
-- grain: row_id
-- severity: warning
-- group: consistency
-- why: The server always offers the tools; without an offer the model learns to call what nobody spoke of.
-- remedy: Write the tools into the row, as in the others.
with files as (
  select file_id, count(*) as count_offers, min(row_id) as first_row
  from dataset_rows
  where kind = 'tool' and toolset_id is not null
  group by file_id
)

select rows.row_id, files.first_row as other_row_id, format('{:,} rows of the file offer tools, not this one: “', count_offers) || left(rows.first_user, 120) || '”' as evidence
from dataset_rows rows
join files using (file_id)
where rows.kind = 'tool' and rows.toolset_id is null
  and rows.row_id not in (select row_id from dataset_faults where rule = 'tools_unreadable' and row_id is not null)
