-- One row per split sample: its row in the split's file, from 0.
-- Training takes consecutive rows as batches, the same all run long: so a batch holds rows of one kind and about
-- one length, the batches of each kind are spread evenly over the file in a drawn order, and a short batch is last.
-- grain: corpus, sample_id
with split_samples as (
  select
    sample_splits.corpus,
    sample_id,
    split,
    kind,
    md5(sample_id || settings.seed) as draw,
    length(conversation) as count_chars,
    (settings.recipe ->> '$.export.batch_size')::bigint as batch_size
  from sample_splits
  join int_conversations using (corpus, sample_id)
  join settings using (corpus)
),

numbered as (
  select *, (row_number() over (partition by corpus, split order by kind, count_chars, draw) - 1) // batch_size as batch
  from split_samples
),

batches as (
  select corpus, split, batch, min(kind) as kind, min(draw) as draw, count(*) < any_value(batch_size) as is_short
  from numbered
  group by all
),

spread as (
  select
    *,
    (row_number() over (partition by corpus, split, kind order by draw) - 0.5)
    / count(*) over (partition by corpus, split, kind) as place
  from batches
),

positions as (
  select
    numbered.corpus,
    sample_id,
    row_number() over (partition by numbered.corpus, numbered.split order by is_short, place, spread.draw, numbered.draw) - 1 as position
  from numbered
  join spread using (corpus, split, batch)
)

select * from positions
