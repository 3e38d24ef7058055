"""Rows that are left out: copies, near-duplicates, and rows of valid or test that train knows.

The first row of a pair stays. Since train is before valid and valid before test, that is the row of
train where one is.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from curate.audits.rules import Rule, run_rules

if TYPE_CHECKING:
    import duckdb

# A row that several rules find is left out for the first of them.
DROPS = (
    "duplicate_row",
    "leak_row",
    "leak_first_user",
    "leak_first_user_folded",
    "leak_user_turns",
    "near_duplicate_leakage",
    "near_duplicate",
)


class Drop(NamedTuple):
    """A row that is left out, and the row that stays for it; each a file_id and a line."""

    rule: str
    place: tuple[int, int]
    other: tuple[int, int]


def dropped(connection: "duckdb.DuckDBPyConnection", rules: Mapping[str, Rule]) -> list[Drop]:
    """The rows to leave out so that none of DROPS finds anything; they are gone from the tables.

    A row stays as long as what it is a pair with has gone itself, so the rules run again until
    they are silent.
    """
    chosen = [rules[name] for name in DROPS if name in rules]
    drops: list[Drop] = []
    while chosen:
        run_rules(connection, chosen)
        pairs = connection.execute(
            """
            select
              found.rule, later.row_id, earlier.row_id,
              later.file_id, later.line, earlier.file_id, earlier.line
            from rule_rows as found
            join dataset_rows as later on later.row_id = greatest(found.row_id, other_row_id)
            join dataset_rows as earlier on earlier.row_id = least(found.row_id, other_row_id)
            where later.row_id <> earlier.row_id
            """
        ).fetchall()
        pairs.sort(key=lambda pair: (pair[1], DROPS.index(pair[0]), pair[2]))
        gone = set[int]()
        for rule, later, earlier, *places in pairs:
            if later not in gone and earlier not in gone:
                gone.add(later)
                drops.append(Drop(rule, (places[0], places[1]), (places[2], places[3])))
        if not gone:
            return drops
        _delete(connection, sorted(gone))
    return drops


def _delete(connection: "duckdb.DuckDBPyConnection", row_ids: Sequence[int]) -> None:
    import pyarrow as pa

    connection.register("gone_rows", pa.table({"row_id": pa.array(row_ids, pa.int64())}))
    try:
        for table in ("dataset_rows", "dataset_messages", "dataset_calls", "dataset_results"):
            connection.execute(
                f"delete from {table} where row_id in (select row_id from gone_rows)"
            )
    finally:
        connection.unregister("gone_rows")
    connection.execute("delete from dataset_pairs")
