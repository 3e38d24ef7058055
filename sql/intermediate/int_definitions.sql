-- One row per function or class at the top of a module whose name nothing else in the project has. Tests and documentation are left out.
-- grain: source_id, name
with named as (
  select *, count(*) over (partition by source_id, name) as count_same from symbols
),

modules as (
  select source_id, path, module, string_split(module, '.')[1] as package, line_count from files
),

definitions as (
  select named.* exclude (count_same), modules.module, modules.package, modules.line_count
  from named
  join modules using (source_id, path)
  where count_same = 1 and kind in ('function', 'class') and parent is null and qualified_name = name
    and length(name) >= 5 and not starts_with(name, '__') and not starts_with(name, 'test') and not is_test and not is_documentation
)

select * from definitions
