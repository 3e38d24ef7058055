-- Tools that a conversation uses, in code or not, though the recipe does not name them, and code that uses none.
-- grain: corpus, sample_id, tool
with recipe as (
  select corpus, from_json(recipe -> '$.tools', '["varchar"]') as tools from settings
),

called as (
  select corpus, sample_id, turn, ordinal, tool from tool_calls
),

outside as (
  select distinct corpus, sample_id, tool from called join recipe using (corpus) where not list_contains(recipe.tools, tool)
),

without_any as (
  select distinct corpus, sample_id, conversations.tool
  from conversations
  anti join called on called.corpus = conversations.corpus and called.sample_id = conversations.sample_id and called.turn = conversations.ordinal
)

select corpus, sample_id, tool from outside
union
select corpus, sample_id, tool from without_any
