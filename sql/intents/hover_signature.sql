-- A function or method whose signature is asked for, where it is called or where it is defined.
-- grain: source_id, path, symbol
-- category: language
with functions as (
  select
    *,
    case when kind = 'method' then [p for p in parameters if p.name not in ('self', 'cls')] else parameters end as own_parameters,
    count(*) over (partition by source_id, path, qualified_name) as count_same
  from symbols
  where kind in ('function', 'method') and not is_test and not is_documentation
),

annotated as (
  select * exclude (count_same)
  from functions
  where count_same = 1 and "returns" is not null and len(own_parameters) between 1 and 8 and len([p for p in own_parameters if p.annotation is null]) = 0
    and len([d for d in decorators if d not in ('staticmethod', 'classmethod')]) = 0
    and length(name) >= 4 and not starts_with(name, '__') and not contains(qualified_name, '<locals>') and length(coalesce(docstring, '')) <= 900 and ends_with(path, '.py')
),

places as (
  select annotated.source_id, annotated.path as definition_path, qualified_name, uses.path, uses.line
  from annotated
  join int_uses as uses on uses.source_id = annotated.source_id and uses.definition_path = annotated.path and uses.definition_line = annotated.line and uses.kind = 'call'
  where not uses.is_documentation
  union all
  select source_id, path, qualified_name, path, line from annotated
),

drawn as (
  select annotated.*, places.path as use_path, places.line as use_line
  from annotated
  join places on places.source_id = annotated.source_id and places.definition_path = annotated.path and places.qualified_name = annotated.qualified_name
  qualify row_number() over (partition by annotated.source_id, annotated.path, annotated.qualified_name order by md5(places.path || places.line)) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'found' as outcome,
    {name: name, path: use_path, line: use_line, parameters: [p.name for p in own_parameters],
      optional: [p.name for p in own_parameters if p."default" is not null or p.kind in ('var_positional', 'var_keyword')],
      summary: case when regexp_full_match(string_split(docstring, chr(10))[1], '[^"\\“”]+[.!]') then string_split(docstring, chr(10))[1] end} as slots,
    [{tool: 'hover', arguments: to_json({path: use_path, line: use_line, symbol: name})}] as calls,
    to_json({fields: {documentation: docstring}, without_text: {content: ['Unknown', 'Todo', ': (', '| (', '[(']}}) as expected
  from drawn
)

select * from candidate_rows
