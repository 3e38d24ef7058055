-- One row per line that is changed in a planted workspace: where a diff shows it, and what it comes to in plain words.
-- `line` is where git sees it: of the index for what is staged, else of the file as it lies there.
-- grain: workspace_id, ordinal
with planted_lines as (
  select
    *,
    regexp_extract(source_id, '^([^@]+)', 1) as project,
    regexp_extract(path, '([^/]+)$', 1) as file_name,
    regexp_extract(path, '^(.*)/[^/]+$', 1) as folder,
    regexp_extract(symbol, '([^.<>]+)$', 1) as function_name,
    case when is_staged then before_line else changed_line end as git_line,
    regexp_extract_all(original, '\w+') as words_before,
    regexp_extract_all(planted, '\w+') as words_after
  from defects
),

exchanged as (
  select
    *,
    case when len(words_before) = len(words_after) then
      list_filter(
        list_transform(range(1, len(words_before) + 1), lambda i: {was: words_before[i], now: words_after[i]}),
        lambda pair: pair.was <> pair.now
      )
    end as exchanges
  from planted_lines
),

worded as (
  select
    *,
    case when len(exchanges) = 1 then exchanges[1].was end as was,
    case when len(exchanges) = 1 then exchanges[1].now end as now
  from exchanged
),

changes as (
  select
    worded.* exclude (words_before, words_after, exchanges, git_line, line),
    git_line as line,
    worded.line as reported_line, -- where a tool finds fault with it, in the file as it lies there
    greatest(git_line - 3, 1) as hunk_start,
    (planted <> '')::int as additions,
    (original <> '')::int as deletions,
    -- what a developer calls the place
    if(length(function_name) >= 5 and not starts_with(function_name, '__'), function_name, file_name) as thing,
    concat_ws(' ', defect, before_line) as subject, -- ties all samples about this change together
    case
      when original = '' then '`' || planted || '` is new'
      when planted = '' then '`' || original || '` is gone'
      else '`' || original || '` became `' || planted || '`'
    end as what,
    -- what an answer can set between backticks, and finds again in a JSON string
    not regexp_matches(original || planted, '[\\`“”]') and length(original) <= 110 and length(planted) <= 110 as is_quotable,
    case
      when defect = 'undefined_export' and original = '' then 'That lists `' || name || '` in `__all__`.'
      when defect in ('unresolved_name', 'attribute_typo', 'undefined_export') and was is not null
        then '`' || now || '` stands where `' || was || '` stood, which looks like a typo.'
      when defect = 'missing_argument' then 'The call passes one argument fewer than before.'
      when defect = 'wrong_argument_type' then 'What is passed there has another type now.'
      when defect = 'wrong_return_type' then 'What is returned there has another type now.'
      when defect = 'unused_import' then 'That imports `' || name || '`, and nothing else in the diff uses it.'
      when defect = 'unused_variable' and starts_with(planted, 'except') then 'The exception that is caught is bound to `' || name || '` now.'
      when defect = 'unused_variable' then 'What the call gives is kept in `' || name || '` now.'
      when defect = 'mutable_default' then '`' || name || '` now defaults to a mutable object, which all calls share.'
      when defect = 'none_comparison' then 'That compares with `None` by value, no longer by identity.'
      when defect = 'inverted_condition' then 'That turns the condition around.'
      when defect = 'off_by_one' then 'That moves an index or a limit by one, which looks like a slip.'
      when defect = 'removed_return' then 'Without the `return` the function no longer gives that value back.'
      when defect = 'renamed_function' and was is not null then 'That renames `' || was || '` to `' || now || '`, in its `def` line only.'
      else ''
    end as meaning
  from worded
)

select * from changes
