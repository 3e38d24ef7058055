-- One row per file with a name of its own in its project: the path a developer may misremember, which is not there.
-- grain: source_id, path
with project_files as (
  select source_id, path, name, language, line_count, is_documentation from files
),

single as (
  select source_id, any_value(path) as path, name
  from project_files
  group by source_id, name
  having count(*) = 1
),

mistaken as (
  select
    source_id,
    path,
    name,
    -- src/ forgotten, src/ where there is none, a folder left out, or the file alone
    case
      when starts_with(path, 'src/') then path[5:]
      when not regexp_matches(path, '^(tests?|testing|docs?|docs_src|scripts|examples|benchmarks?|bench|typing)') then 'src/' || path
      when regexp_matches(path, '/.+/') then regexp_replace(path, '/[^/]+(/[^/]+)$', '\1')
      else name
    end as mistaken_path
  from single
  where contains(path, '/')
),

absent as (
  select mistaken.*
  from mistaken
  where not exists (from project_files f where f.source_id = mistaken.source_id and f.path = mistaken_path)
)

select * from absent
