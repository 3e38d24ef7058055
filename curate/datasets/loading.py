"""A dataset's files into the tables of sql/dataset: streaming, in several processes.

    connection = duckdb.connect("audit.duckdb")
    load(find_files([Path("data/phase27")], {}), connection, jobs=2, progress=progress)

A process reads a chunk and hands Arrow tables back; this one numbers the rows and inserts them. At
no time are there more than `2 * WAVE` chunks in memory, so files may be larger than it.
"""

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from curate.datasets.checks import row_faults
from curate.datasets.chunks import Chunk, chunks_of, fault_of
from curate.datasets.decoding import shown
from curate.datasets.lines import lines_of
from curate.datasets.reading import read_decoded
from curate.datasets.row import DataFile, Fault, Row
from curate.executor import Executor, executor, map_in_waves
from curate.project import PACKAGE, Project

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Called with how many of how many, and of what: as `curate.console.Progress` is.
Tell = Callable[[int, int, str], None]

WAVE = 16  # chunks that are handed out at a time; chosen by us, 2026-11-21
FEW_BYTES = 3 * 1024 * 1024  # below, starting processes takes longer than reading
MEGABYTE = 1024 * 1024
NEW_TOOLSETS = "toolset_id not in (select toolset_id from dataset_toolsets)"


class Loaded(NamedTuple):
    """What a process hands back of a chunk: Arrow IPC streams by the table they are for."""

    chunk: Chunk
    count_rows: int
    count_lines: int
    streams: Mapping[str, bytes]


def create_tables(connection: "duckdb.DuckDBPyConnection", project: Project | None = None) -> None:
    """The tables and views of a dataset, as the files of sql/dataset say, in their order."""
    for path in (project or Project(PACKAGE.parent)).files("sql/dataset", "*.sql").values():
        connection.execute(path.read_text(encoding="utf-8"))


def load(
    files: Sequence[DataFile],
    connection: "duckdb.DuckDBPyConnection",
    *,
    jobs: int,
    progress: Tell,
    project: Project | None = None,
) -> None:
    """Create the tables and fill them with the rows of these files.

    Raises CurateError for a file that cannot be opened or unpacked; whatever stands in it is a
    row or a fault.
    """
    create_tables(connection, project)
    filling = _Filling(files, connection, progress)
    sizes = [file.path.stat().st_size for file in files if fault_of(file) is None]
    with executor(1 if sum(sizes) < FEW_BYTES else jobs) as workers:
        for file_id, file in enumerate(files):
            filling.file(file_id, file, workers)


class _Filling:
    """The tables while they are filled; counts what came before a chunk."""

    def __init__(
        self,
        files: Sequence[DataFile],
        connection: "duckdb.DuckDBPyConnection",
        progress: Tell,
    ) -> None:
        self._connection, self._progress = connection, progress
        self._total = sum(file.path.stat().st_size for file in files if file.path.exists())
        self._done = self._count_rows = 0

    def file(self, file_id: int, file: DataFile, workers: Executor) -> None:
        """Read a file and insert what it holds."""
        rows_before, count_lines = self._count_rows, 0
        size = file.path.stat().st_size
        done_before = self._done
        fault = fault_of(file)
        if fault is None:
            for loaded in map_in_waves(
                workers, load_chunk, chunks_of(file, file_id), WAVE, _crashed
            ):
                count_lines += loaded.count_lines
                self._insert(loaded, file)
                self._done = min(self._done + loaded.chunk.count_bytes, done_before + size)
                self._progress(self._done // MEGABYTE, self._total // MEGABYTE, "MB")
            if self._count_rows == rows_before and not count_lines:
                fault = Fault("file_empty", "no row")
        if fault is not None:
            self._connection.execute(
                "insert into dataset_faults by name "
                "select ?::integer as file_id, ? as rule, ? as evidence",
                [file_id, fault.rule, fault.evidence],
            )
        self._done = done_before + size
        self._connection.execute(
            "insert into dataset_files values (?, ?, ?, ?, ?)",
            [file_id, file.name, file.split, size, count_lines],
        )

    def _insert(self, loaded: Loaded, file: DataFile) -> None:
        for table, stream in loaded.streams.items():
            replaced = f"(row_id + {self._count_rows})::bigint as row_id"
            added = f", {loaded.chunk.file_id} as file_id"
            if table == "dataset_rows":
                added += f", '{file.split}' as split"
            elif table != "dataset_faults":
                added = ""
            select = f"select * replace ({replaced}){added} from incoming"
            if table == "dataset_toolsets":
                select = f"select * from incoming where {NEW_TOOLSETS}"
            self._connection.register("incoming", _opened(stream))
            try:
                self._connection.execute(f"insert into {table} by name {select}")
            finally:
                self._connection.unregister("incoming")
        self._count_rows += loaded.count_rows


def load_chunk(chunk: Chunk) -> Loaded:
    """What a chunk holds: a pure function of the file's bytes, for any process."""
    from curate.datasets.columns import Columns

    columns, count_lines = Columns(), 0
    with_garbage = gc.isenabled()
    gc.disable()  # rows are trees; what is done with is freed without it
    try:
        for line in lines_of(chunk):
            count_lines += 1
            reading = read_decoded(line.decoded)
            if reading.row is None:
                columns.refuse(line.number, line.raw, reading.faults)
            else:
                faults = (*reading.faults, *_checked(reading.row))
                columns.add(line.number, line.count_bytes, reading.row, faults)
    finally:
        if with_garbage:
            gc.enable()
    return Loaded(chunk, columns.count_rows, count_lines, _streams(columns.tables()))


def _checked(row: Row) -> Iterable[Fault]:
    try:
        return row_faults(row)
    except Exception as error:  # noqa: BLE001  one row must not end the audit of a million
        return (Fault("row_crashed", shown(f"a check: {type(error).__name__}: {error}")),)


def _crashed(chunk: Chunk) -> Loaded:
    """What is known of a chunk under which a process ended twice."""
    from curate.datasets.columns import Columns

    columns = Columns()
    last = chunk.line + chunk.count_lines - 1
    fault = Fault("row_crashed", f"lines {chunk.line} to {last}: the process that read them ended")
    columns.refuse(chunk.line, b"", (fault,))
    return Loaded(chunk, 0, chunk.count_lines, _streams(columns.tables()))


def _streams(tables: Mapping[str, "pa.Table"]) -> dict[str, bytes]:
    import pyarrow as pa

    streams = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        streams[name] = sink.getvalue().to_pybytes()
    return streams


def _opened(stream: bytes) -> "pa.Table":
    import pyarrow as pa

    return pa.ipc.open_stream(stream).read_all()
