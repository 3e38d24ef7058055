-- A file with a staged change, what it is; or one with changes of which none is staged.
-- grain: source_id, workspace_id, path, outcome
-- category: git
with changes as (
  select * from int_changes where is_quotable and state <> 'committed'
),

asked as (
  select *, 'found' as outcome from changes where is_staged
  union all
  select *, 'empty' from changes where state = 'unstaged'
),

candidate_rows as (
  select
    source_id,
    path,
    subject as symbol,
    outcome,
    {path: path, definition: 'def ' || nullif(function_name, '') || '(', function: function_name, original: original, planted: planted, what: what, meaning: meaning} as slots,
    [{tool: 'git_diff', arguments: to_json({staged: true, path: path})}] as calls,
    case when outcome = 'empty' then '{}'::json
    else to_json({fields: {file_count: 1, additions: additions, deletions: deletions, 'files.0.file': path, 'files.0.hunks.0.old_start': hunk_start}})
    end as expected,
    workspace_id
  from asked
)

select * from candidate_rows
