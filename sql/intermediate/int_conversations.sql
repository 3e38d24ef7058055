-- One row per composed sample: what was said in it, without what all samples share.
-- grain: corpus, sample_id
with samples as (
  select * from composed
),

spoken as (
  select
    corpus,
    sample_id,
    kind,
    drop_reason,
    prompt,
    concat_ws(chr(10), prompt, calls::varchar, array_to_string(results, chr(10)), answer) as conversation
  from samples
)

select * from spoken
