"""A dataset's files into the tables of sql/dataset: streaming, in several processes.

    connection = duckdb.connect("audit.duckdb")
    load(find_files([Path("data/phase27")], {}), connection, jobs=2, progress=progress)

A process reads a chunk and hands Arrow tables back; this one numbers the rows and inserts them
while the others read on. No more than `AHEAD` chunks a process are in memory, so files may be
larger than it. All is one transaction: DuckDB writes full groups of rows once, without a log.
"""

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from curate.database import transaction
from curate.datasets.checks import row_faults
from curate.datasets.chunks import Chunk, chunks_in, fault_of
from curate.datasets.decoding import crashed
from curate.datasets.lines import lines_of
from curate.datasets.reading import read_decoded
from curate.datasets.row import DataFile, Fault, Row
from curate.executor import executor
from curate.project import PACKAGE, Project

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Called with how many of how many, and of what: as `curate.console.Progress` is.
Tell = Callable[[int, int, str], None]

AHEAD = 4  # chunks a process that are read, or wait to be inserted; chosen by us, 2026-11-21
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
    faults = [fault_of(file) for file in files]
    filling = _Filling(files, connection, progress)
    count_bytes = sum(size for size, fault in zip(filling.sizes, faults, strict=True) if not fault)
    with (
        executor(1 if count_bytes < FEW_BYTES else jobs) as workers,
        transaction(connection),
    ):
        for loaded in workers.map(load_chunk, chunks_in(files), _crashed, AHEAD):
            filling.add(loaded)
        for file_id, fault in enumerate(faults):
            filling.end(file_id, fault)


class _Filling:
    """The tables while they are filled; counts what came before a chunk."""

    def __init__(
        self,
        files: Sequence[DataFile],
        connection: "duckdb.DuckDBPyConnection",
        progress: Tell,
    ) -> None:
        self._files, self._connection, self._progress = files, connection, progress
        self.sizes = [file.path.stat().st_size for file in files]
        self._done = [0] * len(files)  # bytes of each file
        self._rows, self._lines = [0] * len(files), [0] * len(files)
        self._count_rows = 0

    def add(self, loaded: Loaded) -> None:
        """Insert what a chunk holds."""
        chunk = loaded.chunk
        file_id = chunk.file_id
        self._insert(loaded, self._files[file_id])
        self._count_rows += loaded.count_rows
        self._rows[file_id] += loaded.count_rows
        self._lines[file_id] += loaded.count_lines
        # what is unpacked may be more than the file
        self._done[file_id] = min(self._done[file_id] + chunk.count_bytes, self.sizes[file_id])
        self._progress(sum(self._done) // MEGABYTE, sum(self.sizes) // MEGABYTE, "MB")

    def end(self, file_id: int, fault: Fault | None) -> None:
        """Insert a file of which all chunks were added, and what is wrong with all of it."""
        file, count_lines = self._files[file_id], self._lines[file_id]
        if fault is None and not self._rows[file_id] and not count_lines:
            fault = Fault("file_empty", "no row")
        if fault is not None:
            self._connection.execute(
                "insert into dataset_faults by name "
                "select ?::integer as file_id, ? as rule, ? as evidence",
                [file_id, fault.rule, fault.evidence],
            )
        self._connection.execute(
            "insert into dataset_files values (?, ?, ?, ?, ?)",
            [file_id, file.name, file.split, self.sizes[file_id], count_lines],
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
            # found by its name; what is registered in a transaction is held until its end
            incoming = _opened(stream)  # noqa: F841
            self._connection.execute(f"insert into {table} by name {select}")


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
        return (crashed(error, "a check: "),)


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
