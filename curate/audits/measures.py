"""Measures: what a dataset is like, whether good or bad. Each is a select in `sql/measures/`.

measures(connection, None)     # [Measure("splits", "Rows of each split, ...", ("split", ...), ...)]
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from curate.errors import CurateError
from curate.project import PACKAGE, Project

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Measure:
    """A table under its title; `rows` in the order of `columns`."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def measures(
    connection: "duckdb.DuckDBPyConnection", project: Project | None = None
) -> list[Measure]:
    """Every measure that has rows, by name; its first comment is the title.

    Raises CurateError for a file that is no select.
    """
    import duckdb

    measured = []
    for name, path in (project or Project(PACKAGE)).files("sql/measures", "*.sql").items():
        body = path.read_text(encoding="utf-8")
        try:
            cursor = connection.execute(body)
        except duckdb.Error as error:
            raise CurateError(
                f"sql/measures/{name}", f"cannot be run\n{error}", "mend the select and run again"
            ) from None
        columns = tuple(column[0] for column in cursor.description or ())
        rows = tuple(cursor.fetchall())
        if rows:
            title = body.splitlines()[0].removeprefix("--").strip()
            measured.append(Measure(path.stem, title, columns, rows))
    return measured
