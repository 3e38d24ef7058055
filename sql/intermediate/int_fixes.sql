-- One row per planted defect that changing one line mends, with that line and the whole file as they should be.
-- grain: workspace_id, ordinal
with changed_files as (
  select workspace_id, unnest(from_json(spec -> '$.changes', '[{"path": "varchar", "content": "varchar"}]'), recursive := true)
  from workspaces
  where not is_base
),

plain_files as (
  select workspace_id, path, string_split(content, chr(10)) as lines
  from changed_files
  -- what reading line by line and writing again would change
  where ends_with(content, chr(10)) and not regexp_matches(content, '[\r\x0b\x0c\x1c-\x1e\x{85}\x{2028}\x{2029}]')
),

mendable as (
  select defects.*, lines, lines[changed_line] as planted_text, original = '' as is_removal
  from defects
  join plain_files using (workspace_id, path)
  where planted <> '' and contains(lines[changed_line], planted)
    -- what stood there can be told from the code around it
    and not (defect = 'undefined_export' and original = '')
    and not (defect = 'mutable_default' and not regexp_matches(original, '= ?None'))
    and defect <> 'renamed_function'
),

mended as (
  select
    * exclude (lines, planted_text),
    len(lines) - 1 as count_lines,
    array_to_string(
      lines[:changed_line - 1] || if(is_removal, []::varchar[], [replace(planted_text, planted, original)]) || lines[changed_line + 1:], chr(10)
    ) as content,
    -- as Python literals, in the quotes that need fewer escapes
    list_transform([planted, original], lambda code: if(
      length(replace(code, '"', '')) < length(replace(code, '''', '')),
      '''' || replace(replace(code, '\', '\\'), '''', '\''') || '''',
      '"' || replace(replace(code, '\', '\\'), '"', '\"') || '"'
    )) as literals
  from mendable
)

select * from mended
