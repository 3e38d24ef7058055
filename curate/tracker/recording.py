"""Every run that was made, in `out/runs.duckdb`: tables `runs`, `steps`, `replies`, and views.

    run_id, folder = new_folder(project, "train", "phase27")      # train-phase27-1
    record(project, Run(run_id, "train", ...), steps=[{"iteration": 10, "loss": 2.1}])
    read(project, "select run_id, accuracy from latest_scores")

What is written is written whole or not at all, by any number of processes at once; a killed one
leaves what was there.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.database import transaction
from curate.errors import CurateError
from curate.project import Project
from curate.reporting.shown import cut
from curate.tracker.database import FILE_NAME, connection_to, is_broken

if TYPE_CHECKING:
    import duckdb

MOST_TOLD = 2_000  # characters of DuckDB's own words, which may quote a whole reply
KEYS = {"steps": ("iteration",), "replies": ("suite", "prompt_id")}  # beside the run's


class Run(NamedTuple):
    """A run: one row of `runs`. verb: probe, train, fuse, quantize or score."""

    run_id: str
    verb: str
    corpus: str | None
    model: str
    adapter: str | None
    data_sha256: str | None
    settings: dict[str, Any]
    metrics: dict[str, Any]
    versions: dict[str, str | None]
    folder: str  # relative to the project
    started: str  # UTC, ISO 8601
    seconds: float
    state: str  # done, stopped or failed


def new_folder(project: Project, verb: str, name: str) -> tuple[str, Path]:
    """A run's name, `train-phase27-1` and upwards, and its folder in out/runs, made for it."""
    stem = f"{verb}-{re.sub('[^A-Za-z0-9._]+', '-', name).strip('-.') or 'unnamed'}"
    runs = project.out / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    taken = {path.name for path in runs.iterdir()}
    if (project.out / FILE_NAME).is_file():
        taken |= {run_id for (run_id,) in read(project, "select run_id from runs")}
    numbers = [
        int(found[1]) for one in taken if (found := re.fullmatch(rf"{re.escape(stem)}-(\d+)", one))
    ]
    number = max(numbers, default=0) + 1
    while True:
        try:
            (runs / f"{stem}-{number}").mkdir()
        except FileExistsError:  # another process was faster
            number += 1
        else:
            return f"{stem}-{number}", runs / f"{stem}-{number}"


def ready(project: Project) -> None:
    """Raise CurateError, or OSError, where a run could not be recorded: before hours go into it."""
    runs = project.out / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=runs):
        pass
    if (project.out / FILE_NAME).is_file():
        with connection_to(project, read_only=False):
            pass


def record(project: Project, run: Run, **tables: Iterable[Mapping[str, Any]]) -> None:
    """Write one run and its rows: steps=[...], replies=[...], in one transaction.

    A run of the same name is replaced; of its rows those with the same keys. Columns that a row
    does not name are null; columns of type JSON take any value as it is.
    """
    with connection_to(project, read_only=False) as connection, transaction(connection):
        _put(connection, "runs", [run._asdict()], ("run_id",))
        for table, rows in tables.items():
            given = [{"run_id": run.run_id, **row} for row in rows]
            _put(connection, table, given, ("run_id", *KEYS[table]))


def read(
    project: Project, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Rows of a select. Raises CurateError where nothing was run yet, or the select is wrong."""
    return ask(project, sql, parameters)[1]


def ask(
    project: Project, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names of the columns, and the rows; values of type JSON are text."""
    import duckdb

    if not sql.strip(" \n\t;"):
        raise CurateError(
            "--sql", "there is no query", "its tables and views: curate runs --sql 'show tables'"
        )
    if not (project.out / FILE_NAME).is_file():
        raise CurateError(
            f"out/{FILE_NAME}", "nothing was run here yet", "run: curate train CORPUS --model MODEL"
        )
    with connection_to(project, read_only=True) as connection:
        connection.execute(
            "set enable_external_access = false"
        )  # a query reads runs and nothing else
        connection.execute("set lock_configuration = true")
        try:
            cursor = connection.execute(sql, parameters)
            rows = cursor.fetchall() if cursor.description else []
        except duckdb.Error as error:
            if is_broken(error):
                raise
            raise CurateError(
                f"out/{FILE_NAME}",
                f"the query has a mistake\n{cut(str(error), MOST_TOLD)}",
                "its tables and views: curate runs --sql 'show tables'",
            ) from None
        return [column[0] for column in cursor.description or ()], rows


def versions() -> dict[str, str | None]:
    """What a run was made with; None for what is not installed."""
    import platform

    def of(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return {
        "curate": of("curate-toolcalls"),
        "mlx": of("mlx"),
        "mlx_lm": of("mlx-lm"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def _put(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
) -> None:
    """Insert rows in place of those with the same keys. Raises ValueError for unknown columns."""
    types = {row[0]: row[1] for row in connection.execute(f"describe {table}").fetchall()}
    for row in rows:
        if unknown := row.keys() - types.keys():
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
    connection.execute(
        "create or replace temporary table incoming as "
        "select unnest(from_json(?, ?), recursive := true)",
        [json.dumps([_plain(dict(row)) for row in rows]), json.dumps([types])],
    )
    names = ", ".join(keys)
    connection.execute(f"delete from {table} where ({names}) in (select ({names}) from incoming)")
    connection.execute(f"insert into {table} by name select * from incoming")


def _plain(value: Any) -> Any:
    """A value as JSON can say it: numbers that are none as their names, paths as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return value.item() if hasattr(value, "item") else str(value)
