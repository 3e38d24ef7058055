-- One row per file of the current corpus's sources, with what its path says about it.
-- grain: source_id, path
with staged as (
  select * from stg_files
),

files as (
  select
    *,
    -- the dotted name it is imported by, as far as the path tells: without src/, .py and __init__
    case when language = 'python' then
      regexp_replace(replace(regexp_replace(regexp_replace(path, '^src/', ''), '\.pyi?$', ''), '/', '.'), '\.__init__$', '')
    end as module,
    name in ('__init__.py', '__init__.pyi') as is_package,
    language = 'python' and regexp_matches(path, '(^|/)(tests?|testing)/|(^|/)test_[^/]*\.py$|_test\.py$|conftest\.py$') as is_test,
    regexp_matches(path, '(^|/)(docs?|docs_src|examples?)/') as is_documentation
  from staged
)

select * from files
