-- Tool results that are empty, or say that something stands in for a result.
-- grain: corpus, sample_id, ordinal
with calls_made as (
  select * from conversations
)

select corpus, sample_id, ordinal, tool, left(content, 80) as content
from calls_made
where regexp_full_match(content, '\s*')
  or regexp_full_match(
    lower(content),
    '(?s)\W*(none|null|n/a|tbd|todo|result|output|\.\.\.|placeholder( result| output)?|(tool )?(result|output|response)( goes)? here|lorem ipsum.*)\W*'
  )
