-- One row per function or class whose name is defined once in its project and that is called there: where it is, and calls of it that are beyond doubt.
-- grain: source_id, name
with defined as (
  select
    source_id,
    name,
    any_value(path) as path,
    any_value(line) as line,
    any_value(end_line) as end_line,
    any_value(kind) as kind
  from symbols
  group by source_id, name
  having count(*) = 1
    and bool_and(parent is null and kind in ('function', 'class') and not is_test and not is_documentation)
    and length(name) >= 5
),

called as (
  select defined.source_id, defined.name, calls.path as file, calls.line, calls.caller, calls.is_test, calls.callee = defined.name as is_bare
  from defined
  join calls
    on calls.source_id = defined.source_id and regexp_extract(calls.callee, '([^.]*)$', 1) = defined.name
),

-- by its bare name, in the file that defines it or in one that imports it under that name
certain as (
  select distinct called.source_id, called.name, called.file, called.line, called.caller, called.is_test
  from called
  join defined using (source_id, name)
  left join imports
    on imports.source_id = called.source_id
      and imports.path = called.file
      and imports.name = called.name
      and imports.alias is null
      and imports.scope is null
  where called.is_bare and (called.file = defined.path or imports.path is not null)
),

counted as (
  select source_id, name, count(*) as count_calls, count(distinct file) as count_files from called group by all
),

listed as (
  select
    source_id,
    name,
    list({file: file, line: line, caller: caller, is_test: is_test} order by file, line) as calls
  from certain
  group by all
),

used_names as (
  select defined.*, count_calls, count_files, coalesce(listed.calls, []) as calls
  from defined
  join counted using (source_id, name)
  left join listed using (source_id, name)
)

select * from used_names
