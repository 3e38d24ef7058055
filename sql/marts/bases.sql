-- One row per base in a class statement of the current corpus's sources; `target` is its absolute dotted name, where known.
-- grain: source_id, path, class_name, line, ordinal
with corpus_files as (
  select source_id, path, file_sha256, is_test, is_documentation, module, is_package from files
),

facts as (
  select * from file_bases
),

placed as (
  select
    corpus_files.*,
    facts.* exclude (file_sha256),
    length(resolved) - length(ltrim(resolved, '.')) as count_dots
  from corpus_files
  join facts using (file_sha256)
),

targets as (
  select
    * exclude (count_dots),
    case
      when resolved is null then null
      when starts_with(resolved, '<module>.') then module || '.' || resolved[10:]
      when count_dots = 0 then resolved
      else concat_ws(
        '.',
        nullif(array_to_string(string_split(module, '.')[: -(count_dots - is_package::bigint) - 1], '.'), ''),
        ltrim(resolved, '.')
      )
    end as target
  from placed
)

select * from targets
