-- Later calls of a conversation that use nothing an earlier result gave: no argument of theirs, quoted text, path or number stands in one.
-- What the developer said does not count, unless a call before failed or found nothing.
-- grain: corpus, sample_id, ordinal
with calls_made as (
  select
    conversations.corpus,
    conversations.sample_id,
    ordinal,
    arguments,
    string_agg(content, chr(10)) over earlier as earlier_results,
    case when count_setbacks = 0 then prompt else '' end as asked
  from conversations
  join samples using (corpus, sample_id)
  window earlier as (partition by conversations.corpus, conversations.sample_id order by ordinal rows between unbounded preceding and 1 preceding)
),

later as (
  select
    *,
    case when arguments ->> '$.code' is null then json_extract_string(arguments, '$.*') else [] end as given,
    array_to_string(json_extract_string(arguments, '$.*'), chr(10)) as said
  from calls_made
  where ordinal > 1
),

judged as (
  select
    *,
    list_filter(
      list_concat(given, regexp_extract_all(said, '"([^"]+)"', 1), regexp_extract_all(said, '[\w-]+(?:[./][\w-]+)+')),
      lambda word: length(word) > 1 and contains(earlier_results, word) and not contains(asked, word)
    ) as words,
    list_filter(
      regexp_extract_all(said, '\b\d+\b'),
      lambda number: regexp_matches(earlier_results, '\b' || number || '\b') and not regexp_matches(asked, '\b' || number || '\b')
    ) as numbers
  from later
)

select corpus, sample_id, ordinal, left(said, 200) as said from judged where len(words) + len(numbers) = 0
