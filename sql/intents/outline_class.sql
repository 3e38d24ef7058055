-- A class at the top of a module whose methods are listed with their lines.
-- grain: source_id, path, symbol
-- category: language
with sizes as (
  select source_id, path, count(*) as count_symbols from symbols group by all
),

methods as (
  select source_id, path, parent, list({name: name, line: line, end_line: end_line} order by line) as methods, count(distinct name) as count_names
  from symbols
  where kind = 'method' and qualified_name = parent || '.' || name
  group by all
),

classes as (
  select
    classes.source_id,
    classes.path,
    classes.name,
    methods.methods,
    count(*) over (partition by classes.source_id, classes.path, classes.name) as count_same
  from symbols as classes
  join methods on methods.source_id = classes.source_id and methods.path = classes.path and methods.parent = classes.name
  join sizes on sizes.source_id = classes.source_id and sizes.path = classes.path
  where classes.kind = 'class' and classes.qualified_name = classes.name and not classes.is_test and not classes.is_documentation
    and count_symbols <= 26 and len(methods.methods) between 3 and 14 and count_names = len(methods.methods)
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    'found' as outcome,
    {name: name, path: path} as slots,
    [{tool: 'document_symbols', arguments: to_json({path: path})}] as calls,
    to_json({rows_include: {of: 'symbols.name=' || name || '.children', rows: methods}}) as expected
  from classes
  where count_same = 1
)

select * from candidate_rows
