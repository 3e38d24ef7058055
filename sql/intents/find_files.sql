-- A file name or extension that files are looked for by, or one that the project has no file of.
-- grain: source_id, symbol
-- category: search
with patterns as (
  select source_id, path, unnest([name, case when contains(name[2:], '.') then '*' || regexp_extract(name, '(\.[^.]+)$', 1) end]) as pattern
  from files
),

matched as (
  select source_id, pattern, min(path) as path, list(path order by path) as paths
  from patterns
  where pattern is not null and pattern <> '__init__.py' and regexp_full_match(pattern, '[\w.*-]+')
  group by source_id, pattern
  having count(*) <= 12 and (starts_with(pattern, '*') or count(*) between 1 and 8)
),

wanted(pattern) as (
  select unnest([
    'Dockerfile', 'Makefile', 'tox.ini', 'setup.py', 'setup.cfg', 'noxfile.py', 'conftest.py', '*.ipynb', '*.yaml', 'mypy.ini',
    '.pre-commit-config.yaml', '*.pyi', 'justfile', 'requirements.txt', 'CHANGELOG.md', '*.sql', '*.sh', 'docker-compose.yml'
  ])
),

unmatched as (
  select projects.source_id, wanted.pattern
  from (select distinct source_id from files) projects
  cross join wanted
  where not exists (from patterns p where p.source_id = projects.source_id and p.pattern = wanted.pattern)
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || wanted.pattern)) <= 3
),

asked as (
  select source_id, path, pattern, 'found' as outcome, paths from matched
  union all
  select source_id, '.', pattern, 'empty', [] from unmatched
),

candidate_rows as (
  select
    source_id,
    path,
    pattern as symbol,
    outcome,
    {pattern: pattern, paths: paths, count: len(paths)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || pattern || '"'})}] as calls,
    case when outcome = 'found' then to_json({files: paths}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
