"""The baseline: what is known to be found in a dataset, so that only what is new fails.

    {"version": 1, "known": {"duplicate_row": {"00f3a1b2c4d5e6f7": 2}}}

A row is known by what it says, not by its line: it may move, and a copy more of it is new. What is
true of a whole file, split or dataset is known though its numbers move.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import CurateError

if TYPE_CHECKING:
    import duckdb

VERSION = 1
# A row of rule_rows, with a key for what was found: what the row or the line holds, or else the
# evidence, numbers aside.
KEYED = r"""
select
  found.rowid as id,
  found.rule,
  coalesce(
    lower(printf('%016x', seen.row_hash)),
    lower(printf('%016x', unread.line_hash)),
    left(md5(regexp_replace(found.evidence, '[0-9][0-9.,]*', '0', 'g')), 16)
  ) as key
from rule_rows as found
left join dataset_rows as seen using (row_id)
left join (
  select file_id, line, min(line_hash) as line_hash
  from dataset_faults where row_id is null group by file_id, line
) as unread
  on found.row_id is null and unread.file_id = found.file_id and unread.line = found.line
"""
FORGET = f"""
with keyed as ({KEYED}),
numbered as (
  select id, rule, key, row_number() over (partition by rule, key order by id) as number
  from keyed
)

delete from rule_rows where rowid in (
  select numbered.id from numbered
  join known_rows as known using (rule, key)
  where numbered.number <= known.count_rows
)
"""


def write_known(connection: "duckdb.DuckDBPyConnection", path: Path) -> int:
    """Write what rule_rows holds as a baseline, in an order that diffs well; how many rows."""
    known: dict[str, dict[str, int]] = {}
    counted = connection.execute(
        f"select rule, key, count(*) from ({KEYED}) group by all order by all"
    ).fetchall()
    for rule, key, count in counted:
        known.setdefault(rule, {})[key] = count
    text = json.dumps({"version": VERSION, "known": known}, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")
    return sum(count for _, _, count in counted)


def forget_known(connection: "duckdb.DuckDBPyConnection", path: Path) -> int:
    """Take what a baseline knows out of rule_rows; how many rows that were.

    Raises CurateError where the file is none that `write_known` wrote.
    """
    import pyarrow as pa

    rows = [
        (rule, key, count) for rule, keys in read_known(path).items() for key, count in keys.items()
    ]
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    incoming = pa.table(
        dict(zip(("rule", "key", "count_rows"), map(list, columns), strict=True)),
        schema=pa.schema([("rule", pa.string()), ("key", pa.string()), ("count_rows", pa.int64())]),
    )
    connection.register("known_rows", incoming)
    try:
        deleted = connection.execute(FORGET).fetchone()
    finally:
        connection.unregister("known_rows")
    return deleted[0] if deleted else 0


def read_known(path: Path) -> dict[str, dict[str, int]]:
    """Rows that a baseline knows, by rule and key. Raises CurateError for any other file."""
    if not path.is_file():
        raise CurateError(
            str(path), "there is no such baseline", f"write it: --write-baseline {path}"
        )
    try:
        found: Any = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    match found:
        case {"version": 1, "known": dict(known)} if all(map(_is_counts, known.values())):
            return known
        case {"version": int(version)} if version > VERSION:
            what = f"is of version {version}, and this curate reads {VERSION}"
            raise CurateError(str(path), what, "upgrade curate, or write the baseline again")
    raise CurateError(
        str(path), "is no baseline of curate audit", f"write it again: --write-baseline {path}"
    )


def _is_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(type(count) is int for count in value.values())
