"""The rows of a chunk as they stand: line number, bytes, and the decoded value or its faults."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from curate.datasets.chunks import Chunk, chunks_of, fault_of
from curate.datasets.decoding import (
    BOM,
    MAX_ROW_BYTES,
    Decoded,
    decode,
    decode_slowly,
    mended,
    shown,
    too_long,
)
from curate.datasets.row import DataFile, Fault
from curate.errors import CurateError

READ_WHOLE_BYTES = 2 * MAX_ROW_BYTES  # a chunk of more is one line of too many bytes, and others


class Line(NamedTuple):
    """One line of a file. `raw` is what stands there; of a Parquet row it is the row as JSON."""

    number: int
    raw: bytes
    count_bytes: int
    decoded: Decoded


def rows_of(file: DataFile) -> Iterator[tuple[int, bytes | None, Any]]:
    """The rows of a file again: line, its bytes without the newline, and the object.

    No bytes are given for Parquet and JSON arrays, no object for what cannot be read. Streams, in
    one process.
    """
    if fault_of(file) is not None:
        return
    for chunk in chunks_of(file, 0):
        for line in lines_of(chunk):
            yield line.number, line.raw if chunk.kind == "lines" else None, line.decoded.value


def lines_of(chunk: Chunk) -> Iterator[Line]:
    """The lines of a chunk in order, those that are no rows included.

    Raises CurateError where its file cannot be read any more.
    """
    try:
        yield from _lines_of(chunk)
    except (OSError, EOFError, ValueError) as error:  # what zlib and Arrow raise is one of them
        what = f"cannot be read\n{shown(str(error), 160)}"
        raise CurateError(chunk.name, what, "make the file anew") from None


def _lines_of(chunk: Chunk) -> Iterator[Line]:
    if chunk.kind == "parquet":
        return _parquet(chunk)
    if chunk.kind == "array":
        return _array(chunk)
    if chunk.data is None and chunk.count_bytes > READ_WHOLE_BYTES:
        return _one_by_one(chunk)
    return _split(_bytes(chunk), chunk.line)


def _bytes(chunk: Chunk) -> bytes:
    if chunk.data is not None:
        return chunk.data
    with Path(chunk.path).open("rb") as stream:
        stream.seek(chunk.start)
        return stream.read(chunk.stop - chunk.start)


def _split(text: bytes, first: int) -> Iterator[Line]:
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()  # what follows the last newline is no line
    for number, line in enumerate(lines, start=first):
        yield Line(number, line, len(line), decode(line))


def _one_by_one(chunk: Chunk) -> Iterator[Line]:
    """Lines of a chunk in which one is too long; of that one, only its length is read."""
    with Path(chunk.path).open("rb") as stream:
        stream.seek(chunk.start)
        for number in count(chunk.line):
            if stream.tell() >= chunk.stop:
                return
            line = stream.readline(MAX_ROW_BYTES + 1)
            if len(line) <= MAX_ROW_BYTES or line.endswith(b"\n"):
                yield Line(number, line.rstrip(b"\n"), len(line), decode(line))
                continue
            length = len(line)
            while rest := stream.readline(MAX_ROW_BYTES):
                length += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield Line(number, line[:100], length, too_long(length))


def _array(chunk: Chunk) -> Iterator[Line]:
    """The elements of one JSON array, each with the line it begins in."""
    text = _bytes(chunk)
    try:
        elements = msgspec.json.decode(text.removeprefix(BOM), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        first = text.split(b"\n", 1)[0]
        if decode(first).value is not None:  # a row a line, the first of which is a list
            yield from _split(text, chunk.line)
        else:
            yield Line(1, first[:100], len(text), decode_slowly(text))
        return
    line, place = 1, 0
    for number, element in enumerate(elements):
        raw = bytes(element)
        begins = text.find(raw, place)
        line += text.count(b"\n", place, begins)
        decoded = decode(raw)
        if number == 0 and text.startswith(BOM):
            bom = Fault("row_bom", "a byte order mark stands before the array")
            decoded = Decoded(decoded.value, (bom, *decoded.faults))
        yield Line(line, raw, len(raw), decoded)
        line += raw.count(b"\n")
        place = begins + len(raw)


def _parquet(chunk: Chunk) -> Iterator[Line]:
    import pyarrow as pa

    number = chunk.line
    with pa.ipc.open_stream(chunk.data) as batches:
        for batch in batches:
            for value in batch.to_pylist():
                raw = msgspec.json.encode(_without_nulls(mended(value)))
                yield Line(number, raw, len(raw), decode(raw))
                number += 1


def _without_nulls(value: Any) -> Any:
    """A value without the keys that are null: a Parquet struct has every key of every row."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
