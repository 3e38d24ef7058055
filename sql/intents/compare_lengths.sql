-- Two files of one folder whose lengths are compared.
-- grain: source_id, path
-- category: count
with counted as (
  select source_id, folder, path, line_count from files where language = 'python' and drop_reason is null and line_count >= 20 and not is_documentation
),

pairs as (
  select *, lead(path) over next as other, lead(line_count) over next as other_line_count
  from counted
  window next as (partition by source_id, folder order by md5(path))
),

candidate_rows as (
  select
    source_id,
    path,
    other as symbol,
    'found' as outcome,
    {path: path, other: other, line_count: line_count, other_line_count: other_line_count,
      longer: case when line_count > other_line_count then path else other end,
      shorter: case when line_count > other_line_count then other else path end,
      most: greatest(line_count, other_line_count), least: least(line_count, other_line_count)} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'wc -l ' || path || ' ' || other})}] as calls,
    to_json({numbers: [line_count, other_line_count, line_count + other_line_count]}) as expected
  from pairs
  where other is not null and line_count <> other_line_count
)

select * from candidate_rows
