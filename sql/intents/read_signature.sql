-- A function whose parameters and defaults are asked for: grep's line shows them, or a few lines more.
-- grain: source_id, path, symbol
-- category: read
with functions as (
  select
    *,
    count(*) over (partition by source_id, path, name) as count_same,
    case when kind = 'method' then [parameter for parameter in parameters if parameter.name not in ('self', 'cls')] else parameters end as own_parameters
  from symbols
  where kind in ('function', 'method')
),

chosen as (
  select *
  from functions
  where count_same = 1 and len(own_parameters) between 1 and 9 and not starts_with(name, '__') and not contains(qualified_name, '<locals>')
    and not is_test and not is_documentation
    and signature_end_line - line <= 14
    and len([p for p in own_parameters if contains(coalesce(p.annotation, '') || coalesce(p."default", ''), chr(10))]) = 0
    and not contains(coalesce("returns", ''), chr(10))
),

candidate_rows as (
  select
    source_id,
    path,
    qualified_name as symbol,
    'found' as outcome,
    {name: case kind when 'method' then qualified_name else name end, path: path, line: line, "returns": "returns",
      parameters: [{name: p.name, annotation: p.annotation, "default": p."default",
        star: case p.kind when 'var_positional' then '*' when 'var_keyword' then '**' else '' end,
        is_keyword_only: p.kind = 'keyword_only', is_positional_only: p.kind = 'positional_only'} for p in own_parameters],
      count: len(own_parameters),
      besides: case when len(own_parameters) < len(parameters) then ' besides `' || parameters[1].name || '`' else '' end} as slots,
    case
      when signature_end_line = line then [{tool: 'run_command', arguments: to_json({command: 'grep -n "def ' || name || '\b" ' || path})}]
      else [
        {tool: 'run_command', arguments: to_json({command: 'grep -n "def ' || name || '\b" ' || path})},
        {tool: 'read_file', arguments: to_json({path: path, start_line: line, end_line: line + 15})}
      ]
    end as calls,
    case
      when signature_end_line = line then to_json({matches: [path || ':' || line]})
      else to_json({start_line: line, covers_line: signature_end_line})
    end as expected
  from chosen
)

select * from candidate_rows
