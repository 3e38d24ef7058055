-- Messages that name a folder of the machine that built them.
-- grain: corpus, sample_id, path
with sample_rows as (
  select corpus, sample_id, messages::varchar as messages from samples
),

paths as (
  select path from machine_paths
)

select corpus, sample_id, path from sample_rows join paths on contains(messages, path)
