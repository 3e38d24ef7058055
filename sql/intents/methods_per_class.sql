-- A module with several classes: how many methods each of them has.
-- grain: source_id, path
-- category: workflow
-- surface: code
with members as (
  select source_id, path, parent, count(*) as count_methods, list({name: name, line: line} order by line) as methods
  from symbols
  where kind = 'method'
  group by all
),

classes as (
  select
    s.source_id,
    s.path,
    s.name,
    s.line,
    coalesce(m.count_methods, 0) as count_methods,
    coalesce(m.methods, []) as methods
  from symbols s
  left join members m on m.source_id = s.source_id and m.path = s.path and m.parent = s.qualified_name
  where s.kind = 'class' and s.parent is null and not s.is_documentation
),

modules as (
  select
    source_id,
    path,
    list({name: name, line: line, count: count_methods} order by count_methods desc, name, line) as classes,
    list_concat(list({name: name, line: line} order by line), flatten(list(methods order by line))) as wanted,
    sum(count_methods)::bigint as count_methods
  from classes
  group by source_id, path
  having count(*) between 3 and 10
    and count(distinct name) = count(*)
    and sum(count_methods) between 5 and 60
),

-- classes in a function or in another class are in the outline and not among these; and is a property a method?
plain as (
  select modules.*
  from modules
  where not exists (
    from symbols s
    where s.source_id = modules.source_id and s.path = modules.path
      and (s.kind = 'class' and s.parent is not null or regexp_matches(s.decorators::varchar, 'property|setter'))
  )
),

candidate_rows as (
  select
    source_id,
    path,
    'methods' as symbol,
    'found' as outcome,
    {path: path, classes: classes, count_methods: count_methods} as slots,
    [{tool: 'document_symbols', arguments: to_json({path: path})}] as calls,
    to_json({rows_include: {of: 'symbols', nested: 'children', "rows": wanted}}) as expected
  from plain
  where classes[1].count > classes[2].count
)

select * from candidate_rows
