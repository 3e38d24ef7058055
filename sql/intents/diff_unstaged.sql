-- A file with a change that is not staged, what it is; a file whose changes are all staged; and one by a slightly wrong path.
-- grain: source_id, workspace_id, path, outcome
-- category: git
with changes as (
  select * from int_changes where is_quotable and state <> 'committed'
),

found as (
  select *, path as asked_path, 'found' as outcome from changes where not is_staged
),

nothing_left as (
  select *, path as asked_path, 'empty' as outcome from changes where state = 'staged'
),

misremembered as (
  select changes.*, mistaken_path, 'recovered'
  from changes
  join int_mistaken_paths using (source_id, path)
  where not is_staged
  qualify row_number() over (partition by source_id order by md5(workspace_id || path)) <= 4
),

asked as (
  select * from found
  union all
  select * from nothing_left
  union all
  select * from misremembered
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    outcome,
    {path: asked_path, right_path: path, definition: 'def ' || nullif(function_name, '') || '(',
      function: function_name, original: original, planted: planted, what: what, meaning: meaning} as slots,
    case outcome
      when 'recovered' then [
        {tool: 'git_diff', arguments: to_json({path: asked_path})},
        {tool: 'run_command', arguments: to_json({command: 'find . -type f -name "' || file_name || '"'})},
        {tool: 'git_diff', arguments: to_json({path: path})}
      ]
      else [{tool: 'git_diff', arguments: to_json({path: path})}]
    end as calls,
    case when outcome = 'empty' then '{}'::json
    else to_json({fields: {file_count: 1, additions: additions, deletions: deletions, 'files.0.file': path, 'files.0.hunks.0.new_start': hunk_start}})
    end as expected,
    workspace_id
  from asked
)

select * from candidate_rows
