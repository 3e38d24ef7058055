"""Files cut into chunks of whole lines, each of which a process reads on its own.

Only the places are handed over, not the bytes, as long as a file is not compressed. What is in
memory at any time is a chunk, however large the file is.
"""

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from curate.datasets.decoding import BOM, MAX_ROW_BYTES
from curate.datasets.row import DataFile, Fault
from curate.errors import CurateError

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_BYTES = 4 * 1024 * 1024  # chosen by us, 2026-11-21: 2 to 8 MB are equally fast
BATCH_ROWS = 256  # of a Parquet file that are unpacked at a time
BUFFER_BYTES = 1024 * 1024  # of a column of it that are read at a time
MAX_ARRAY_BYTES = 128 * 1024 * 1024  # one JSON array of a whole file; chosen by us, 2026-11-21
OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class Chunk(Struct, frozen=True):
    """Some lines of a file. kind: lines, array (one JSON array), parquet (some rows).

    start, stop: bytes. line: of its first row, from 1. count_lines: in it. data: the bytes
    themselves where the file is compressed; of Parquet, its rows as an Arrow IPC stream.
    """

    file_id: int
    name: str
    path: str
    kind: str
    start: int
    stop: int
    line: int
    count_lines: int
    count_bytes: int
    data: bytes | None = None


def chunks_in(files: Sequence[DataFile]) -> Iterator[Chunk]:
    """The chunks of all files that can be read as text, in order; `file_id` is the place."""
    for file_id, file in enumerate(files):
        if fault_of(file) is None:
            yield from chunks_of(file, file_id)


def chunks_of(file: DataFile, file_id: int) -> Iterator[Chunk]:
    """The chunks of a file in order. Raises CurateError where it cannot be opened or unpacked."""
    try:
        if file.kind == "parquet":
            yield from _batches(file, file_id)
        elif file.compression:
            yield from _unpacked(file, file_id)
        else:
            yield from _plain(file, file_id)
    except (OSError, EOFError, ValueError) as error:  # what zlib and Arrow raise is one of them
        raise CurateError(file.name, f"cannot be read\n{error}", "make the file anew") from None


def fault_of(file: DataFile) -> Fault | None:
    """Why a whole file cannot be read as text, or that it is empty."""
    try:
        with file.path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise CurateError(file.name, f"cannot be opened\n{error}", "check the path") from None
    if not head:
        return Fault("file_empty", "0 bytes")
    if file.kind == "lines" and not file.compression:
        for mark, encoding in OTHER_ENCODINGS.items():
            if head.startswith(mark):
                return Fault("file_not_utf8", f"a byte order mark of {encoding}")
    return None


def is_array(head: bytes) -> bool:
    """Whether a file that begins so is one JSON array and not a line each."""
    return head.removeprefix(BOM).lstrip()[:1] == b"["


def _plain(file: DataFile, file_id: int) -> Iterator[Chunk]:
    size = file.path.stat().st_size
    with file.path.open("rb") as stream:
        if is_array(stream.read(4096)):
            if size > MAX_ARRAY_BYTES:
                raise CurateError(
                    file.name,
                    f"is one JSON array of {size:,} bytes",
                    f"write a row a line: jq -c '.[]' {file.name} > {Path(file.name).stem}.jsonl",
                )
            yield Chunk(file_id, file.name, str(file.path), "array", 0, size, 1, 0, size)
            return
        stream.seek(0)
        yield from _cut(stream, file, file_id)


def _cut(stream: BinaryIO, file: DataFile, file_id: int) -> Iterator[Chunk]:
    """Chunks that end with a line, found by looking for newlines only."""
    start, place, line, path = 0, 0, 1, str(file.path)
    while block := stream.read(CHUNK_BYTES):
        cut = block.rfind(b"\n") + 1
        if cut:
            count, stop = block.count(b"\n"), place + cut
            yield Chunk(file_id, file.name, path, "lines", start, stop, line, count, stop - start)
            start, line = stop, line + count
        place += len(block)
    if start < place:
        yield Chunk(file_id, file.name, path, "lines", start, place, line, 1, place - start)


def _unpacked(file: DataFile, file_id: int) -> Iterator[Chunk]:
    """Chunks with their bytes; of a line that is too long, no more than shows that it is."""
    line, rest, path = 1, b"", str(file.path)
    with _opened(file) as stream:
        while block := stream.read(CHUNK_BYTES):
            cut = block.rfind(b"\n") + 1
            if not cut:
                rest = (rest + block)[: MAX_ROW_BYTES + 1]
                continue
            count, taken = block.count(b"\n"), rest + block[:cut]
            yield Chunk(file_id, file.name, path, "lines", 0, 0, line, count, len(taken), taken)
            line, rest = line + count, block[cut:]
    if rest:
        yield Chunk(file_id, file.name, path, "lines", 0, 0, line, 1, len(rest), rest)


def _opened(file: DataFile) -> BinaryIO:
    if file.compression == "gzip":
        return gzip.open(file.path)  # ty: ignore[invalid-explicit-return]
    import pyarrow as pa

    return pa.input_stream(str(file.path), compression=file.compression)


def _batches(file: DataFile, file_id: int) -> Iterator[Chunk]:
    """Chunks of as many rows as a chunk has bytes, however large the groups of rows are."""
    import pyarrow.parquet as pq

    line, held = 1, []
    with pq.ParquetFile(file.path, buffer_size=BUFFER_BYTES, pre_buffer=False) as parquet:
        for batch in parquet.iter_batches(BATCH_ROWS):
            held.append(batch)
            if sum(one.nbytes for one in held) >= CHUNK_BYTES:
                yield (chunk := _of_batches(file, file_id, line, held))
                line, held = line + chunk.count_lines, []
    if held:
        yield _of_batches(file, file_id, line, held)


def _of_batches(
    file: DataFile, file_id: int, line: int, batches: "Sequence[pa.RecordBatch]"
) -> Chunk:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    data = sink.getvalue().to_pybytes()
    count = sum(batch.num_rows for batch in batches)
    return Chunk(file_id, file.name, str(file.path), "parquet", 0, 0, line, count, len(data), data)
