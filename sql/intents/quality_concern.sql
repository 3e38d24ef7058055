-- A fault that is asked for in words that tell which checker sees it: the type checker or the linter, and not the other.
-- grain: workspace_id, path, symbol
-- category: quality
with concerns(defect, texts) as (
  values
    ('unused_import', ['imports nobody uses', 'imports that can go', 'leftover imports']),
    ('unused_variable', ['variables that are assigned and never read', 'dead assignments', 'local names nothing reads']),
    ('mutable_default', ['default arguments that callers share', 'lists or dicts as default values of parameters', 'dangerous default arguments']),
    ('none_comparison', ['sloppy comparisons with None', 'None checks with == or !=', 'unidiomatic tests for None']),
    ('missing_argument', ['calls that do not match the signature', 'calls that forget a required argument', 'calls with too few arguments']),
    ('attribute_typo', ['attributes that the object does not have', 'attribute accesses that cannot work', 'misspelt attributes or methods']),
    ('wrong_argument_type', ['arguments whose type does not fit', 'values passed with the wrong type', 'calls where an argument has the wrong type']),
    ('wrong_return_type', ['returns that contradict their annotation', 'functions that return another type than they promise', 'wrong return annotations']),
    ('removed_return', ['functions that may end without the value they promise', 'missing return statements', 'returns that contradict their annotation'])
),

faults as (
  select source_id, workspace_id, path, defect, coalesce(symbol, name) as lineage, line, codes, tool, remedy, texts
  from int_findings
  join concerns using (defect)
  -- private names of the standard library are reported as imports that are not found, and that is no missing package
  where (source_id, path) not in (select source_id, path from imports where starts_with(name, '_'))
),

candidate_rows as (
  select
    source_id,
    workspace_id,
    path,
    lineage as symbol,
    'found' as outcome,
    {
      path: path,
      line: line,
      remedy: remedy,
      concern: texts[1 + length(path || lineage) % 3],
      checker: if(tool = 'typecheck', 'ty', 'ruff'),
    } as slots,
    [{tool: tool, arguments: to_json({path: path})}] as calls,
    to_json({reports: {file: path, line: line, codes: codes}, without_codes: ['CPY001']}) as expected
  from faults
)

select * from candidate_rows
