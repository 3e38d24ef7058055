-- A folder, and a call or a note that grep can tell: how often it stands in which files.
-- grain: source_id, path, symbol
-- category: workflow
-- surface: code
with markers as (
  select unnest([
    'isinstance', 'getattr', 'setattr', 'hasattr', 'cast', 'print', 'open', 'warnings.warn', 'pytest.raises', 'pytest.skip',
    'pytest.importorskip', 'monkeypatch.setattr', 'monkeypatch.setenv', 'os.environ.get', 'functools.partial', 'inspect.signature',
    'json.dumps', 'json.loads', 'copy.copy', 'pickle.dumps', 'pickle.loads', 'sys.exit', 'partial', 'issubclass'
  ]) as marker
),

called as (
  select distinct calls.source_id, calls.path, marker || '(' as text, calls.line
  from calls
  join markers on calls.callee = markers.marker
  where not calls.is_documentation
),

noted as (
  select distinct source_id, path, tag as text, line
  from notes
  join (select unnest(['TODO', 'FIXME', 'XXX']) as tag) tags on contains(text, tags.tag)
  where pattern = 'note' and ends_with(path, '.py')
),

hits as (
  select * from called
  union all
  select * from noted
),

asked as (
  select
    folders.source_id,
    folders.path,
    hits.text,
    count(*) as count_lines,
    count(distinct hits.path) as count_files,
    list(hits.path || ':' || hits.line order by hits.path, hits.line) as places
  from int_python_folders folders
  join hits on hits.source_id = folders.source_id and starts_with(hits.path, folders.path || '/')
  where folders.path <> 'src'
  group by all
  having count_files between 3 and 12 and count_lines between 4 and 90
),

candidate_rows as (
  select
    source_id,
    path,
    text as symbol,
    'found' as outcome,
    {path: path, text: text} as slots,
    [{tool: 'run_command', arguments: to_json({command: 'grep -rnF "' || text || '" --include="*.py" ' || path})}] as calls,
    to_json({matches_include: places}) as expected
  from asked
)

select * from candidate_rows
