-- A parameter at a place where something of it is called, whose type there is asked for.
-- grain: source_id, path, symbol
-- category: language
with parameters as (
  select source_id, path, qualified_name as caller, unnest(parameters) as parameter
  from symbols
  where not is_test and not is_documentation and not contains(qualified_name, '<locals>')
),

typed as (
  select source_id, path, caller, parameter.name as name, parameter.annotation as annotation, parameter.kind as parameter_kind
  from parameters
  where parameter.name not in ('self', 'cls') and parameter.annotation is not null and not contains(parameter.annotation, chr(10))
),

own_classes as (
  select source_id, name as annotation from symbols where kind = 'class' group by all having count(*) = 1
),

places as (
  select typed.*, calls.line, own_classes.annotation is not null or typed.annotation in ('str', 'int', 'bytes', 'float') as is_plain
  from typed
  join calls on calls.source_id = typed.source_id and calls.path = typed.path and calls.caller = typed.caller
    and starts_with(calls.callee, typed.name || '.')
  left join own_classes on own_classes.source_id = typed.source_id and own_classes.annotation = typed.annotation
),

drawn as (
  select * from places
  qualify row_number() over (partition by source_id, path, caller order by md5(name || line)) = 1
),

candidate_rows as (
  select
    source_id,
    path,
    caller as symbol,
    'found' as outcome,
    {name: name, path: path, line: line, function: caller} as slots,
    [{tool: 'hover', arguments: to_json({path: path, line: line, symbol: name})}] as calls,
    to_json({
      fields: case when is_plain and parameter_kind not in ('var_positional', 'var_keyword') then to_json({content: annotation}) else to_json({symbol: name}) end,
      without_text: {content: ['Unknown', 'Todo', '&', '~', '@', chr(10)]}
    }) as expected
  from drawn
)

select * from candidate_rows
