-- Rows of valid or test with a call that an earlier split makes with the same arguments.
-- grain: row_id
-- severity: warning
-- group: leakage
-- why: Who has seen the call in train need not find it again; validation then measures less than it seems to.
-- remedy: Ask valid and test about other files, names and places than train.
with calls as (
  select calls.row_id, rows.split, calls.position, calls.ordinal, calls.tool, calls.call_hash, calls.arguments
  from dataset_calls calls
  join dataset_rows rows using (row_id)
  -- there is only one way to call a tool with nothing, and few to write code that names nothing
  where not calls.is_in_code and calls.arguments <> '{}'
    and (rows.surface <> 'code' or exists (
      select 1 from dataset_calls inner_calls
      where inner_calls.row_id = calls.row_id and inner_calls.is_in_code and contains(inner_calls.arguments, ':"')
    ))
),

firsts as (
  select call_hash, min(row_id) as first_row, arg_min(split, row_id) as first_split from calls group by call_hash
),

leaked as (
  select calls.row_id, calls.ordinal, calls.tool, left(calls.arguments, 160) as arguments, firsts.first_row, firsts.first_split
  from calls
  join firsts using (call_hash)
  where calls.split <> firsts.first_split
  qualify row_number() over (partition by calls.row_id order by calls.position) = 1
)

select row_id, first_row as other_row_id, ordinal, format('called in {}: {} ', first_split, tool) || arguments as evidence
from leaked
