-- A module whose docstring is looked up, by its path or by one that is slightly wrong: the code copes with both.
-- grain: source_id, path, outcome
-- category: workflow
-- surface: code
with documented as (
  select
    source_id,
    path,
    name,
    trim(docstring) as summary -- its first line; one that does not end there goes on in the next
  from files
  where language = 'python' and drop_reason is null and not is_test and not is_documentation
    and docstring is not null and line_count >= 20 and name <> '__init__.py'
),

summarised as (
  select *
  from documented
  where length(summary) between 15 and 110 and regexp_matches(summary, '[.!?]$')
    and not contains(summary, '`') and not contains(summary, '”') and not contains(summary, '\')
),

asked as (
  select source_id, path, path as asked_path, name, 'found' as outcome, summary from summarised
  union all
  select source_id, path, mistaken_path, summarised.name, 'recovered', summary
  from summarised
  join int_mistaken_paths using (source_id, path)
),

candidate_rows as (
  select
    source_id,
    path,
    'docstring' as symbol,
    outcome,
    {path: asked_path, right_path: path, name: name, summary: summary} as slots,
    case outcome
      when 'found' then [{tool: 'read_file', arguments: to_json({path: path, start_line: 1, end_line: 25})}]
      else [
        {tool: 'read_file', arguments: to_json({path: asked_path, start_line: 1, end_line: 25})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || name || '"'})},
        {tool: 'read_file', arguments: to_json({path: path, start_line: 1, end_line: 25})}
      ]
    end as calls,
    to_json({start_line: 1}) as expected
  from asked
)

select * from candidate_rows
