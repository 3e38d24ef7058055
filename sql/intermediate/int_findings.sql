-- One row per planted defect and checker that can report it: what it is in a developer's words, and what to do about it.
-- grain: workspace_id, ordinal, tool
with words(defect, topic, remedy, other_remedy) as (
  values
    ('unused_import', 'unused imports', 'Nothing in the file uses it, so the import can go.', 'Delete the import; nothing here needs it.'),
    ('unused_variable', 'unused variables', 'Nothing reads it afterwards, so the name can go.', 'Nobody reads the name: use it, or keep only what is on the right of it.'),
    (
      'mutable_default', 'mutable default arguments', 'That one object is shared by all calls: make it inside the function instead, where each call gets its own.',
      'The default is made once and then shared between calls, so create it in the body of the function.'
    ),
    (
      'none_comparison', 'comparisons to None with == or !=', 'Compare by identity instead: a class may define its own equality, and there is only one `None`.',
      'Make it an identity test; equality may be overridden by the object on the left.'
    ),
    (
      'undefined_export', 'exported names that nothing defines', 'The entry is misspelt or its definition is missing; a star import would fail on it.',
      'Correct the spelling of the entry, or define the name: a star import breaks on it.'
    ),
    (
      'unresolved_name', 'undefined names', 'It is misspelt or was never imported, and would be a NameError at run time.',
      'Look for a typo or a missing import: running that line raises NameError.'
    ),
    (
      'renamed_function', 'undefined names', 'Its definition was probably renamed or removed, so either bring that back or change what is called.',
      'Whatever defined it is gone or has another name now; the callers have to follow.'
    ),
    (
      'missing_argument', 'calls that leave out an argument', 'Pass the argument that is missing, or give the parameter a default.',
      'That call raises TypeError as it stands; hand over the missing argument.'
    ),
    (
      'attribute_typo', 'attributes that do not exist', 'The attribute is most likely misspelt.',
      'Check the spelling: as written it is an AttributeError at run time.'
    ),
    (
      'wrong_argument_type', 'arguments of the wrong type', 'Pass a value of the declared type, or widen the annotation of the parameter.',
      'Either convert the value before the call or pass another one; the parameter takes something else.'
    ),
    (
      'wrong_return_type', 'wrong return types', 'Return what the annotation promises, or change the annotation.',
      'The returned value and the annotation disagree, and one of them has to change.'
    ),
    (
      'removed_return', 'functions that forget to return', 'Some path ends without a value: add the return, or let the annotation allow `None`.',
      'It falls off the end and gives `None`, so a return is missing.'
    )
),

reported as (
  select * exclude (tool, codes, reports, tests), unnest(reports, recursive := true) from defects
),

spoken as (
  select
    reported.source_id,
    reported.workspace_id,
    reported.ordinal,
    reported.tool,
    reported.codes,
    reported.defect,
    reported.path,
    reported.line,
    reported.changed_line,
    reported.symbol,
    reported.name,
    reported.original,
    reported.planted,
    words.topic,
    if(md5(reported.workspace_id || reported.path || reported.line)[1] < '8', words.remedy, words.other_remedy) as remedy,
    -- the innermost definition around it
    coalesce(regexp_extract(reported.symbol, '(\w+)$', 1), '') as within
  from reported
  join words using (defect)
  where reported.tool in ('ruff_check', 'typecheck')
)

select * from spoken
