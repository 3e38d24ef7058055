-- A file that cannot be written: outside of the project, or onto a folder.
-- grain: source_id, symbol, outcome
-- category: edit
with notes(ordinal, base, text) as (
  values
    (1, 'handover.md', 'The release is blocked by the changelog'),
    (2, 'todo.txt', 'Rename the old helpers'),
    (3, 'ideas.md', 'Cache the parsed settings'),
    (4, 'questions.txt', 'Who owns the nightly build?'),
    (5, 'meeting.md', 'We ship on Thursday'),
    (6, 'benchmarks.md', 'Cold start takes 300 ms')
),

folders as (
  select source_id, folder
  from files
  where length(folder) between 3 and 40
  group by source_id, folder
  having count(*) >= 3
  qualify row_number() over (partition by source_id order by md5(source_id || folder)) <= 2
),

roots as (
  select distinct source_id from files
),

asked as (
  select source_id, ordinal, ['../', '../../shared/', '/srv/notes/', '/etc/'][1 + ordinal % 4] || base as path, base, text, 'outside' as kind from roots cross join notes
  union all
  select source_id, ordinal, folder, base, text, 'folder' from folders join notes on ordinal = 1 + length(folder) % 6
),

drawn as (
  select *, 'failed' as outcome from asked
  qualify row_number() over (partition by source_id, kind order by md5(source_id || path)) <= 2
  union all
  select *, 'recovered' from asked
  where kind = 'outside' and (source_id, base) not in (select source_id, path from files)
  qualify row_number() over (partition by source_id order by md5(path || source_id || 'recovered')) <= 2
),

candidate_rows as (
  select
    source_id,
    '.' as path,
    path as symbol,
    outcome,
    {
      path: path, base: base, text: text, kind: kind,
      wish: if(outcome = 'recovered', '. If that is not allowed, put it at the top of the project.', '')
    } as slots,
    [{tool: 'write_file', arguments: to_json({path: path, content: text || chr(10)})}]
      || if(outcome = 'recovered', [{tool: 'write_file', arguments: to_json({path: base, content: text || chr(10)})}], []) as calls,
    case when outcome = 'recovered' then to_json({fields: {path: base, created: true}}) else '{}'::json end as expected
  from drawn
)

select * from candidate_rows
