-- Calls to a tool that the corpus does not offer.
-- grain: corpus, sample_id, ordinal
with calls_made as (
  select * from conversations
)

select corpus, sample_id, ordinal, tool
from calls_made
anti join offered_tools using (corpus, tool)
