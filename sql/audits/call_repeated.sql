-- Calls that are made twice in one conversation with the same arguments.
-- grain: corpus, sample_id, tool, arguments
select corpus, sample_id, tool, arguments::varchar as arguments, count(*) as count_calls
from conversations
group by corpus, sample_id, tool, arguments::varchar
having count(*) > 1
