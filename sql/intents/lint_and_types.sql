-- A file that is linted and type-checked in one go: with a fault that one of the checkers sees, or as it is.
-- grain: workspace_id, path
-- category: workflow
-- surface: code
with bases as (
  select distinct source_id, workspace_id from commits where is_base
),

faulty as (
  select source_id, workspace_id, path, unnest(min_by({tool: tool, line: line, codes: codes}, {ordinal: ordinal, tool: tool, line: line}))
  from int_findings
  group by source_id, workspace_id, path
),

untouched as (
  select source_id, bases.workspace_id, path, null as tool, null as line, null::varchar[] as codes
  from int_plantable
  join bases using (source_id)
  -- most files are clean, and findings teach more
  qualify row_number() over (partition by source_id order by md5(source_id || path)) <= 3
),

checked as (
  select * from faulty
  union all
  select * from untouched
  -- private names of the standard library are reported as imports that are not found, and that is no missing package
  where (source_id, path) not in (select source_id, path from imports where starts_with(name, '_') and module in ('typing', 'inspect'))
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    regexp_extract(path, '([^/]+)$', 1) as symbol,
    'found' as outcome,
    {path: path, name: regexp_extract(path, '([^/]+)$', 1)} as slots,
    [{tool: 'ruff_check', arguments: to_json({path: path})}, {tool: 'typecheck', arguments: to_json({path: path})}] as calls,
    case tool
      when 'ruff_check' then to_json({earlier: [{reports: {file: path, line: line, codes: codes}, without_codes: ['CPY001']}]})
      when 'typecheck' then to_json({reports: {file: path, line: line, codes: codes}, earlier: [{without_codes: ['CPY001']}]})
      else to_json({earlier: [{without_codes: ['CPY001']}]})
    end as expected
  from checked
)

select * from candidate_rows
