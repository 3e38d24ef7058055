-- A module with a few functions, which asks for those that nothing outside of themselves refers to.
-- grain: source_id, path
-- category: workflow
-- surface: code
with functions as (
  select *
  from symbols
  where kind = 'function' and qualified_name = name and not is_test and not is_documentation and ends_with(path, '.py')
),

tops as (
  select
    source_id,
    path,
    -- what a decorator or a framework looks up by its name is used without a reference
    bool_and(len(decorators) = 0 and not starts_with(name, '__') and not regexp_matches(name, '^(pytest|test)_')) as is_plain
  from functions
  group by all
  having count(*) between 2 and 20 and count(distinct name) = count(*)
),

mentioned as (
  select source_id, path, line, string_split(callee, '.')[-1] as name from calls
  union all
  select source_id, path, line, name from imports where name is not null
  union all
  select source_id, path, line, string_split(name, '.')[-1] from decorators
),

judged as (
  select
    functions.source_id,
    functions.path,
    functions.name,
    functions.line,
    count(mentioned.name) as count_mentions,
    coalesce(bool_or(mentioned.path = functions.path and mentioned.line between functions.line and functions.end_line), false) as is_recursive
  from functions
  left join mentioned using (source_id, name)
  group by all
),

chosen as (
  select source_id, path, list({name: name, line: line, is_mentioned: count_mentions > 0} order by line) as functions, min(count_mentions) as fewest_mentions
  from judged
  join tops using (source_id, path)
  where is_plain
  group by source_id, path
  having max(count_mentions) <= 40 and not bool_or(is_recursive)
  -- in most modules all are used: one a project
  qualify fewest_mentions = 0 or row_number() over (partition by source_id, fewest_mentions = 0 order by md5(path)) <= 1
),

candidate_rows as (
  select
    source_id,
    path,
    'unused functions' as symbol,
    'found' as outcome,
    {path: path, count: len(functions)} as slots,
    list_prepend(
      {tool: 'document_symbols', arguments: to_json({path: path})},
      [{tool: 'find_references', arguments: to_json({path: path, line: f.line, symbol: f.name})} for f in functions]
    ) as calls,
    -- what is called or imported by its name has references; of others, the references alone tell
    [to_json({at_least: {reference_count: case when f.is_mentioned then 2 else 1 end}, fields: {symbol: f.name}}) for f in functions] as wanted
  from chosen
)

select * exclude (wanted), json_merge_patch(wanted[-1], to_json({earlier: list_concat(['null'::json], wanted[:-2])})) as expected from candidate_rows
