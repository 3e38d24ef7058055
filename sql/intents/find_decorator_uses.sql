-- A decorator whose uses are looked for, or one that only other projects use.
-- grain: source_id, symbol
-- category: search
with uses as (
  select distinct source_id, path, line, name from decorators where name is not null
),

by_file as (
  select source_id, name, path, list(line order by line) as lines, count(*) as count_lines from uses group by all
),

used as (
  select
    source_id,
    name,
    min(path) as path,
    list({path: path, lines: lines, count: count_lines} order by path) as files,
    sum(count_lines)::bigint as count_uses,
    flatten(list([path || ':' || line for line in lines] order by path)) as places
  from by_file
  group by source_id, name
  having sum(count_lines) between 2 and 14
),

-- a decorator that the project spells in two ways, @dataclass and @dataclasses.dataclass, cannot be counted by one search
spelled_once as (
  select *
  from used
  where not exists (
    from uses u
    where u.source_id = used.source_id and u.name <> used.name and string_split(u.name, '.')[-1] = string_split(used.name, '.')[-1]
  )
),

wanted(name) as (
  select unnest([
    'functools.singledispatch', 'functools.total_ordering', 'functools.lru_cache', 'typing.final', 'typing.overload', 'cached_property',
    'abstractmethod', 'runtime_checkable', 'pytest.mark.skip', 'contextmanager', 'override', 'pytest.mark.asyncio', 'nox.session'
  ])
),

unused as (
  select projects.source_id, wanted.name
  from (select distinct source_id from uses) projects
  cross join wanted
  where not exists (
    from uses u where u.source_id = projects.source_id and string_split(u.name, '.')[-1] = string_split(wanted.name, '.')[-1]
  )
  qualify row_number() over (partition by projects.source_id order by md5(projects.source_id || wanted.name)) <= 3
),

asked as (
  select source_id, path, name, 'found' as outcome, files, count_uses, places from spelled_once
  union all
  select source_id, '.', name, 'empty', [], 0, [] from unused
),

candidate_rows as (
  select
    source_id,
    path,
    '@' || name as symbol,
    outcome,
    {decorator: name, files: files, count: count_uses, count_files: len(files)} as slots,
    -- with or without a module in front
    [{tool: 'run_command', arguments: to_json({
      command: 'grep -rnE "^\s*@(\w+\.)*' || string_split(name, '.')[-1] || '\b" --include="*.py" .'
    })}] as calls,
    case when outcome = 'found' then to_json({matches: places}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
