-- One row per tool that a row uses: in code the tools that the code calls, not execute_code itself.
-- grain: row_id, position
create or replace view int_used_calls as
select row_id, position, tool, arguments, call_hash
from dataset_calls
where is_in_code or tool <> 'execute_code'
