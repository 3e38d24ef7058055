"""The database of runs, `out/runs.duckdb`: tables and views of `sql/runs`, and who may use it when.

    with connection_to(project, read_only=True) as connection:
        connection.execute("select * from runs")

A connection lives for one use, and waits where another process has the file. Tables are never
dropped, for no run can be made again for nothing: they are given the columns that they lack.
"""

import random
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from curate.database import transaction
from curate.errors import CurateError
from curate.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import duckdb

FILE_NAME = "runs.duckdb"
# Chosen by us, 2026-11-21: a connection takes some 30 ms, a dozen processes may queue.
WAIT_SECONDS = 30.0
LOCKED = (
    "Could not set lock"  # DuckDB's words; a damaged block and a folder named clock say lock, too
)
_HERE = threading.Lock()  # DuckDB has one mode a file and process


@contextmanager
def connection_to(project: Project, *, read_only: bool) -> "Generator[duckdb.DuckDBPyConnection]":
    """A connection for one use, with the tables and views of sql/runs."""
    path = project.out / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    with _HERE:
        if read_only:
            with _opened(path, read_only=True) as connection:
                if _digest_of(connection) == _digest(project):
                    yield connection
                    return
        with _opened(path, read_only=False) as connection:
            _prepare(connection, project)
            if not read_only:
                yield connection
                return
        with _opened(path, read_only=True) as connection:
            yield connection


@contextmanager
def _opened(path: Path, *, read_only: bool) -> "Generator[duckdb.DuckDBPyConnection]":
    import duckdb

    connection = _patiently(lambda: duckdb.connect(str(path), read_only=read_only))
    try:
        connection.execute("set enable_progress_bar = false")  # it prints into pipes, too
        yield connection
    except duckdb.Error as error:
        if not is_broken(error):
            raise
        raise _broken("cannot be read or written", error) from None
    finally:
        connection.close()


def is_broken(error: Exception) -> bool:
    """Whether an error is one of the file or of its disk, and none of what was asked."""
    import duckdb

    kinds = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException)
    return isinstance(error, kinds) or str(error).startswith("Corrupt database file")


def _broken(what: str, error: Exception) -> CurateError:
    """The error of a file that is damaged, of a newer DuckDB, or on a full disk."""
    told = str(error).split("\n\nStack Trace")[0]
    return CurateError(
        f"out/{FILE_NAME}",
        f"{what}\n{told}",
        "make room if the disk is full; else move it away, and the next run begins a new one: "
        "out/runs holds the runs",
    )


def _patiently(connect: "Callable[[], duckdb.DuckDBPyConnection]") -> "duckdb.DuckDBPyConnection":
    """Connect, again and again while another process has the file."""
    import duckdb

    deadline, pause = time.monotonic() + WAIT_SECONDS, 0.01
    while True:
        try:
            return connect()
        except duckdb.Error as error:
            if LOCKED not in str(error):
                raise _broken("cannot be opened", error) from None
            if time.monotonic() > deadline:
                raise CurateError(
                    f"out/{FILE_NAME}",
                    f"another process has had it open for {WAIT_SECONDS:.0f} seconds",
                    "close it, perhaps a DuckDB shell, and run the same again",
                ) from None
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  so that those who wait spread
        pause = min(pause * 1.5, 0.2)


def _prepare(connection: "duckdb.DuckDBPyConnection", project: Project) -> None:
    """Tables and views as sql/runs says. Tables are never dropped: new columns are added."""
    from curate.store import view_order

    digest = _digest(project)
    if _digest_of(connection) == digest:
        return
    with transaction(connection):
        connection.execute("create table if not exists sql_digest (sha256 varchar)")
        for path in project.files("sql/runs/schema", "*.sql").values():
            _add_columns(connection, path.stem, path.read_text(encoding="utf-8"))
        views = project.files("sql/runs", "*.sql").values()
        bodies = {path.stem: path.read_text(encoding="utf-8") for path in views}
        for name in view_order(bodies):
            connection.execute(f"create or replace view {name} as {bodies[name]}")
        connection.execute("delete from sql_digest")
        connection.execute("insert into sql_digest values (?)", [digest])


def _add_columns(connection: "duckdb.DuckDBPyConnection", table: str, schema: str) -> None:
    """Create the table, or add to an older one the columns that it lacks."""
    import duckdb

    connection.execute(schema)
    known = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    with duckdb.connect() as fresh:
        fresh.execute(schema)
        for column, kind, *_ in fresh.execute(f"describe {table}").fetchall():
            if column not in known:
                connection.execute(f"alter table {table} add column {column} {kind}")


def _digest(project: Project) -> str:
    return project.digest(["sql/runs"])


def _digest_of(connection: "duckdb.DuckDBPyConnection") -> str | None:
    """The digest of the SQL that a database was prepared with."""
    import duckdb

    try:
        rows = connection.execute("select sha256 from sql_digest").fetchall()
    except duckdb.CatalogException:
        return None
    return rows[0][0] if rows else None
