-- One row per line that calls a method through `self` in the method's own class. `is_only`: facts know no other call of that name, and no other definition.
-- grain: source_id, path, symbol, line
with methods as (
  select
    source_id,
    path,
    parent || '.' || name as symbol,
    parent,
    name,
    line as definition_line,
    decorators,
    count(*) over (partition by source_id, path, parent, name) as count_same,
    count(*) over (partition by source_id, name) as count_named
  from symbols
  where kind = 'method'
),

calls_named as (
  select *, string_split(callee, '.')[-1] as name from calls
),

own as (
  select methods.*, calls_named.line, calls_named.ordinal, calls_named.is_test or calls_named.is_documentation as is_aside
  from methods
  join calls_named using (source_id, path, name)
  where calls_named.callee = 'self.' || name and starts_with(calls_named.caller, methods.parent || '.') and count_same = 1
    and length(name) >= 5 and not starts_with(name, '__')
),

counted as (
  select source_id, name, count(*) as count_calls from calls_named group by all
),

judged as (
  select own.*, count_named = 1 and count(*) over (partition by own.source_id, own.name) = count_calls as is_only
  from own
  join counted using (source_id, name)
  where not is_aside
),

lines as (
  select source_id, path, symbol, parent, name, definition_line, decorators, line, is_only from judged group by all
)

select * from lines
