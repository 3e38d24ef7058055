-- One row per Python file that imports only its own project and the standard library: what a type checker can judge without any other package.
-- grain: source_id, path
with python_files as (
  select source_id, path, module from files where language = 'python' and drop_reason is null
),

own as (
  select distinct source_id, split_part(module, '.', 1) as package from files where language = 'python' and not is_test
),

-- the modules of the standard library that well-known projects import; a file that imports another is left out
standard(package) as (
  select unnest(string_split(
    '__future__ _typeshed abc argparse array ast asyncio atexit base64 binascii bisect builtins calendar cmath codecs collections colorsys '
    || 'concurrent contextlib contextvars copy copyreg csv ctypes dataclasses datetime decimal difflib dis email enum errno fcntl fnmatch '
    || 'fractions functools gc getpass gettext glob graphlib gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json '
    || 'keyword linecache locale logging math mimetypes multiprocessing numbers operator os pathlib pdb pickle pkgutil platform pprint queue '
    || 'random re readline sched secrets select selectors shlex shutil signal site socket sqlite3 ssl stat statistics string struct '
    || 'subprocess sys sysconfig tempfile termios textwrap threading time timeit tkinter token tokenize traceback tty types typing '
    || 'unicodedata unittest urllib uuid warnings wave weakref xml zipfile zipimport zlib zoneinfo',
    ' '
  ))
),

foreign_imports as (
  select distinct imports.source_id, imports.path
  from imports
  left join own on own.source_id = imports.source_id and own.package = split_part(imports.module, '.', 1)
  where not starts_with(imports.module, '.')
    and own.package is null
    and split_part(imports.module, '.', 1) not in (select package from standard)
),

self_contained as (
  select source_id, path
  from python_files
  where (source_id, path) not in (select source_id, path from foreign_imports)
)

select * from self_contained
