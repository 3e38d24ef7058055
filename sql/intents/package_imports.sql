-- A package folder: which modules its files import most.
-- grain: source_id, path
-- category: workflow
-- surface: code
with statements as (
  select distinct
    folders.source_id,
    folders.path,
    imports.path as file,
    imports.line,
    case when starts_with(imports.module, '.') then '.' else split_part(imports.module, '.', 1) end as package
  from int_python_folders folders
  join imports on imports.source_id = folders.source_id and starts_with(imports.path, folders.path || '/') and ends_with(imports.path, '.py')
  where folders.count_files between 3 and 60 and folders.path <> 'src'
),

packages as (
  select source_id, path, package, count(distinct file) as count_files
  from statements
  where package not in ('.', '__future__')
  group by all
),

ranked as (
  select
    source_id,
    path,
    list({package: package, count: count_files} order by count_files desc, package)[:5] as packages,
    count(*) as count_packages
  from packages
  group by all
  having count(*) >= 4
),

places as (
  select
    source_id,
    path,
    list(distinct file || ':' || line order by file || ':' || line) as places,
    count(distinct file) as count_files
  from statements
  group by all
  having len(places) between 6 and 199
),

candidate_rows as (
  select
    source_id,
    path,
    'imports' as symbol,
    'found' as outcome,
    {path: path, packages: packages, count_packages: count_packages, count_files: count_files} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnE ^\s*(from \S+ import|import \w) --include="*.py" ' || path})}] as calls,
    to_json({matches: places}) as expected
  from ranked
  join places using (source_id, path)
)

select * from candidate_rows
