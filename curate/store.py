"""The DuckDB file of a project: tables from `sql/schema`, views from the other folders of `sql`.

One bare `select` a file; the file's stem is the view's name; their order follows from what they
read.
Sets are written from Polars frames through Arrow, never row by row.
"""

import hashlib
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.database import transaction
from curate.errors import CurateError
from curate.project import Project

if TYPE_CHECKING:
    import duckdb
    import polars as pl

FILE_NAME = "curate.duckdb"
LAYERS = ("staging", "intermediate", "marts", "intents", "audits")
WORD = re.compile(r"[a-z_][a-z0-9_]*")
CTE = re.compile(r"\b([a-z_][a-z0-9_]*) as \(")
MEMORY_LIMIT = "700MB"  # of the 1.5 GB a build may take; chosen by us, LOG.md 2026-11-21


class Store:
    """A connection to the project's database. Use `Store.open` as a context manager."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", project: Project) -> None:
        self.connection, self.project = connection, project

    @classmethod
    @contextmanager
    def open(cls, project: Project, *, read_only: bool = False) -> Generator["Store"]:
        """The store of a project, made where it is missing.

        Raises CurateError when another build holds it, or when there is nothing yet to read.
        """
        import duckdb

        path = project.out / FILE_NAME
        if read_only and not path.is_file():
            raise CurateError(
                str(path.name), "nothing has been built here yet", "run: curate build phase27"
            )
        path.parent.mkdir(exist_ok=True)
        try:
            connection = duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            raise in_use(error) or _unreadable(error) from None
        try:
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("set preserve_insertion_order = true")
            connection.execute("set enable_progress_bar = false")  # it prints into pipes, too
            store = cls(connection, project)
            if not read_only:
                store.prepare()
            yield store
        except duckdb.Error as error:
            if "corrupt" in str(error).lower():
                raise _unreadable(error) from None
            raise
        finally:
            connection.close()

    def prepare(self) -> None:
        """Tables and views as the SQL files say.

        A changed schema drops all tables: everything is derived.
        """
        schema = self.project.files("sql/schema", "*.sql")
        current = _digest(schema.values())
        if self._schema_digest() != current:
            for (name,) in self.query(
                """
                select table_name from information_schema.tables
                where table_schema = 'main' and table_type = 'BASE TABLE'
                """
            ):
                self.connection.execute(f'drop table if exists "{name}" cascade')
            for path in schema.values():
                self.connection.execute(path.read_text(encoding="utf-8"))
            self.connection.execute("create table schema_digest as select ? as sha256", [current])
        self._create_views()

    def _schema_digest(self) -> str | None:
        known = self.query(
            "select 1 from information_schema.tables where table_name = 'schema_digest'"
        )
        return self.query("select sha256 from schema_digest")[0][0] if known else None

    def _create_views(self) -> None:
        import duckdb

        files = view_files(self.project)
        for (name,) in self.query("select view_name from duckdb_views() where not internal"):
            if name not in files:
                self.connection.execute(f'drop view "{name}"')
        bodies = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        for name in view_order(bodies):
            try:
                self.connection.execute(f"create or replace view {name} as {bodies[name]}")
            except duckdb.Error as error:
                path, layers = files[name], self.project.layers
                where = next(path.relative_to(top) for top in layers if path.is_relative_to(top))
                raise CurateError(
                    where.as_posix(), f"is not a view\n{error}", "mend the select and run again"
                ) from error

    def query(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a select with bound parameters, by position or by name."""
        return self.connection.execute(sql, parameters).fetchall()

    def rows(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[dict[str, Any]]:
        """Rows of a select, each a dict by its columns' names."""
        cursor = self.connection.execute(sql, parameters)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def built_last(self) -> str:
        """The corpus that is meant where none is named. Raises CurateError where none is built."""
        rows = self.query("select corpus from settings")
        if not rows:
            raise CurateError(FILE_NAME, "no corpus is built here", "run: curate build CORPUS")
        return rows[0][0]

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> "pl.DataFrame":
        """A select as a Polars frame."""
        import polars as pl

        return pl.DataFrame(self.connection.sql(sql, params=list(parameters)).to_arrow_table())

    def insert(self, table: str, frame: "pl.DataFrame") -> None:
        """Append a frame to a table, by column names."""
        self.connection.register("incoming", frame.to_arrow())
        try:
            self.connection.execute(f"insert into {table} by name select * from incoming")
        finally:
            self.connection.unregister("incoming")

    def replace(self, table: str, frame: "pl.DataFrame", where: Mapping[str, Any]) -> None:
        """Put a frame in the place of the rows that equal `where`."""
        condition = " and ".join(f"{column} = ?" for column in where)
        self.connection.execute(f"delete from {table} where {condition}", list(where.values()))
        self.insert(table, frame)

    @contextmanager
    def computed_below(self, layer: str) -> Generator[None]:
        """Each view that this layer's views read is computed once, and kept for the block.

        Temporary tables of the same names stand before the views. What the views read must not
        change meanwhile.
        """
        files = view_files(self.project)
        bodies = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        wanted = {name for name, path in files.items() if path.parent.name == layer}
        below: set[str] = set()
        while (
            found := {read for name in wanted for read in _names_read(bodies[name]) & bodies.keys()}
            - below
            - wanted
        ):
            below |= found
            wanted = found
        kept = [name for name in view_order(bodies) if name in below]
        try:
            for name in kept:
                self.connection.execute(f"create temporary table {name} as from {name}")
            yield
        finally:
            for name in kept:
                self.connection.execute(f"drop table if exists temp.{name}")

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All of the writes inside, or none."""
        with transaction(self.connection):
            yield


def in_use(error: Exception) -> CurateError | None:
    """What to tell where DuckDB could not open a database because another process has it open."""
    if "lock on file" not in str(error):
        return None
    return CurateError(FILE_NAME, "another curate is using it", "wait for it to finish, or end it")


def _unreadable(error: Exception) -> CurateError:
    return CurateError(
        FILE_NAME,
        f"cannot be opened\n{error}",
        "remove it (it is rebuilt from cached sources): curate clean",
    )


def view_files(project: Project) -> dict[str, Path]:
    """The file of each view by its name. Raises CurateError for a name used twice."""
    views: dict[str, Path] = {}
    for layer in LAYERS:
        for path in project.files(f"sql/{layer}", "*.sql").values():
            if path.stem in views:
                raise CurateError(
                    f"sql/{layer}/{path.name}",
                    f"there is another view {path.stem}",
                    "give one of them another name",
                )
            views[path.stem] = path
    return views


def view_order(bodies: Mapping[str, str]) -> list[str]:
    """Names of views so that each stands after those it reads. Raises CurateError for a circle."""
    reads = {
        name: sorted(_names_read(body) & bodies.keys() - {name}) for name, body in bodies.items()
    }
    try:
        return list(TopologicalSorter(dict(sorted(reads.items()))).static_order())
    except CycleError as error:
        raise CurateError(
            "sql",
            f"views read each other in a circle: {' -> '.join(error.args[1])}",
            "break the circle",
        ) from None


def _names_read(body: str) -> set[str]:
    """The names in a select's code, without comments, string literals and its own CTEs."""
    code = re.sub(r"--[^\n]*|'[^']*'", " ", body)
    return set(WORD.findall(code)) - set(CTE.findall(code))


def _digest(paths: Any) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
