-- A new file whose text the developer gives: a setting, a note, a small module or a test stub.
-- grain: source_id, symbol
-- category: edit
with packages as (
  select source_id, source_name as package, regexp_extract(path, '^(.*)/', 1) as folder
  from files
  where is_package and ends_with(path, '/' || source_name || '/__init__.py') and not is_test and not is_documentation and len(string_split(path, '/')) <= 3
),

kinds(path, text) as (
  values
    ('.editorconfig', E'root = true\n\n[*]\nend_of_line = lf\ninsert_final_newline = true\n\n[*.py]\nindent_size = 4\n'),
    ('.gitattributes', E'* text=auto\n*.png binary\nuv.lock linguist-generated\n'),
    ('.python-version', E'3.13\n'),
    ('.dockerignore', E'.git\n.venv\ndist/\n**/__pycache__\n'),
    ('requirements-dev.txt', E'pytest>=8\nruff\nty\n'),
    ('docs/decisions/0001-keep-a-decision-log.md', E'# 1. Keep a decision log\n\nStatus: accepted\n\nWe write down each decision about {package} that is hard to take back.\n'),
    ('docs/releasing.md', E'# Releasing {package}\n\n1. Update the changelog.\n2. Tag the commit.\n3. Push the tag; CI builds the wheel.\n'),
    ('{folder}/_limits.py', E'"""Limits that the rest of {package} reads."""\n\nMAX_RETRIES = 3\nTIMEOUT_SECONDS = 10.0\n'),
    ('{folder}/_deprecate.py', E'"""Warn about old names."""\n\nimport warnings\n\n\ndef warn_renamed(old: str, new: str) -> None:\n    """Say once per caller that a name has changed."""\n    warnings.warn(f"{old} is now {new}", DeprecationWarning, stacklevel=3)\n'),
    ('{folder}/_clock.py', E'"""The time, replaceable in tests."""\n\nfrom time import monotonic\n\n\ndef elapsed(since: float) -> float:\n    """Seconds since an earlier reading."""\n    return monotonic() - since\n'),
    ('tests/test_import_time.py', E'"""Importing {package} stays cheap."""\n\nimport sys\n\n\ndef test_no_heavy_module_is_imported() -> None:\n    assert "numpy" not in sys.modules\n'),
    ('tests/test_smoke.py', E'"""The package can be imported."""\n\nimport {package}\n\n\ndef test_it_has_a_name() -> None:\n    assert {package}.__name__ == "{package}"\n'),
    ('scripts/count_lines.py', E'"""Print the number of lines of each module of {package}."""\n\nfrom pathlib import Path\n\nfor path in sorted(Path("{folder}").rglob("*.py")):\n    print(len(path.read_text().splitlines()), path)\n'),
    ('examples/hello.py', E'"""The smallest program with {package}."""\n\nimport {package}\n\nprint({package}.__name__)\n')
),

filled as (
  select
    source_id,
    replace(replace(path, '{folder}', folder), '{package}', package) as path,
    replace(replace(text, '{folder}', folder), '{package}', package) as text
  from packages
  cross join kinds
),

new_files as (
  select filled.*, string_split(trim(text, chr(10)), chr(10)) as lines
  from filled
  where (source_id, path) not in (select source_id, path from files)
  qualify row_number() over (partition by filled.source_id order by md5(filled.source_id || path)) <= 7
),

candidate_rows as (
  select
    source_id,
    '.' as path,
    path as symbol,
    'found' as outcome,
    {path: path, text: text, block: E'\n\n```\n' || text || '```', count_lines: len(lines), first_line: lines[1], is_python: ends_with(path, '.py')} as slots,
    [{tool: 'write_file', arguments: to_json({path: path, content: text})}] as calls,
    to_json({earlier: [{fields: {success: true, created: true, line_count: len(lines)}}]}) as expected
  from new_files
)

select * from candidate_rows
