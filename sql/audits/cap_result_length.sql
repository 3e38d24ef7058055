-- A corpus whose median tool result is longer than the recipe allows, in characters.
-- grain: corpus
with lengths as (
  select corpus, median(length(content)) as median_chars from conversations group by corpus
),

over as (
  select lengths.*, (recipe ->> '$.select.max_median_result_chars')::double as max_chars from lengths join settings using (corpus)
)

select * from over where median_chars > max_chars
