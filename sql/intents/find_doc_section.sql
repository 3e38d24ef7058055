-- A section of the documentation that is looked for by its title, or a title that the project does not have.
-- grain: source_id, symbol
-- category: search
with titled as (
  select source_id, title, any_value(path) as path, any_value(line) as line
  from doc_sections
  where regexp_full_match(title, '[A-Za-z][\w'' -]*') and len(string_split(title, ' ')) between 2 and 6
    and not regexp_matches(path, '(?i)change|history|release|news') and regexp_matches(path, '^docs?/|^README')
  group by source_id, title
  having count(*) = 1
),

absent as (
  select projects.source_id, others.title
  from (select distinct source_id from titled) projects
  cross join (select distinct title from titled) others
  where not exists (from doc_sections d where d.source_id = projects.source_id and lower(d.title) = lower(others.title))
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || others.title)) <= 2
),

asked as (
  select source_id, path, title, 'found' as outcome, line from titled
  union all
  select source_id, '.', title, 'empty', 0 from absent
),

candidate_rows as (
  select
    source_id,
    path,
    title as symbol,
    outcome,
    {title: title, path: path, line: line} as slots,
    [{tool: 'run_command', arguments: to_json({
      command: 'grep -rniE "^(#+ +)?' || title || '( +#+)?$" --include="*.md" --include="*.rst" .'
    })}] as calls,
    case when outcome = 'found' then to_json({matches: [path || ':' || line]}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
