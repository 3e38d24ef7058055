-- Splits in which too many or too few rows call a tool.
-- grain: file_id
-- severity: warning
-- group: balance
-- why: 97.5 % of rows called a tool, and the model called tools for “What is dependency injection?”.
-- remedy: Add rows that answer directly, or rows that call; 70 % to 85 % with calls did well.
with shares as (
  select split, min(file_id) as file_id, count(*) as count_rows, count(*) filter (kind = 'tool') as count_tool
  from dataset_rows
  group by split
)

select
  shares.file_id,
  format(
    '{}: {:.1f} % of {:,} rows call a tool; from {:.0f} % to {:.0f} % is expected',
    split, 100 * count_tool / count_rows, count_rows, 100 * tool_share_low, 100 * tool_share_high
  ) as evidence
from shares, dataset_settings
where count_rows >= split_rows
  and (count_tool < floor(tool_share_low * count_rows) or count_tool > ceil(tool_share_high * count_rows))
