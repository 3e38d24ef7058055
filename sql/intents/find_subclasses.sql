-- A class whose subclasses are looked for, or one that no class lists as a base.
-- grain: source_id, symbol
-- category: search
with listed as (
  select distinct source_id, path, class_name, class_line, string_split(name, '.')[-1] as parent
  from bases
  where name is not null
),

with_children as (
  select
    source_id,
    parent as name,
    first(path order by path, class_line) as path,
    list({name: string_split(class_name, '.')[-1], path: path, line: class_line} order by path, class_line) as places,
    list(path || ':' || class_line order by path, class_line) as lines
  from listed
  -- two classes of one name would be taken for one
  where (select count(*) from symbols s where s.source_id = listed.source_id and s.name = listed.parent and s.kind = 'class') <= 1
  group by source_id, parent
  having count(*) <= 12 and length(parent) >= 4 and regexp_matches(parent, '^_?[A-Z]')
),

without_children as (
  select source_id, name, path
  from symbols
  where kind = 'class' and not is_test and not is_documentation and length(name) >= 4 and parent is null and regexp_matches(name, '^[A-Z]')
    and not exists (from listed where listed.source_id = symbols.source_id and listed.parent = symbols.name)
  qualify row_number() over (partition by source_id order by md5(path || name)) <= 3
),

asked as (
  select source_id, path, name, 'found' as outcome, places, lines from with_children
  union all
  select source_id, path, name, 'empty', [], [] from without_children
),

candidate_rows as (
  select
    source_id,
    path,
    name as symbol,
    outcome,
    {name: name, places: places, count: len(places)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnE "class \w+\(.*\b' || name || '\b" --include="*.py" .'})}] as calls,
    case when outcome = 'found' then to_json({matches: lines}) else '{}'::json end as expected
  from asked
)

select * from candidate_rows
