-- Calls of the language server on a line that neither the developer nor an earlier result gave.
-- Of code those lines count that are written in it; what it takes from a result is given.
-- grain: corpus, sample_id, ordinal, line
with calls_made as (
  select
    conversations.corpus,
    conversations.sample_id,
    ordinal,
    conversations.tool,
    arguments,
    prompt || chr(10) || coalesce(string_agg(content, chr(10)) over earlier, '') as given
  from conversations
  join samples using (corpus, sample_id)
  window earlier as (partition by conversations.corpus, conversations.sample_id order by ordinal rows between unbounded preceding and 1 preceding)
),

lines as (
  select
    *,
    unnest(case
      when tool in ('goto_definition', 'find_references', 'hover') then [arguments ->> '$.line']
      when arguments ->> '$.code' is not null then regexp_extract_all(
        arguments ->> '$.code',
        '\b(?:goto_definition|find_references|hover)\(\s*[^,()]+,\s*(?:line\s*=\s*)?(\d+)\b', 1
      )
      else []
    end) as line
  from calls_made
)

select corpus, sample_id, ordinal, line from lines where not regexp_matches(given, '(^|\D)' || line || '(\D|$)')
