"""A column of texts as the bytes Arrow keeps, in windows small enough for a core's cache.

No text becomes a Python string here or later: a window is a slice of the column's own buffer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from curate.errors import CurateError

if TYPE_CHECKING:
    import polars as pl

# A pyarrow Array or ChunkedArray of strings, a polars Series of strings, or `Texts`.
TextColumn: TypeAlias = "pa.Array | pa.ChunkedArray | pl.Series | Texts"

WINDOW_BYTES = 256 * 1024  # chosen by us, 2026-11-21: 12 % faster than 128 KB, as fast as 512 KB
WINDOW_ROWS = 4096  # a row's number within its window takes 12 bits (see `curate.near.shingles`)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Some neighbouring rows of a column.

    `first`: number of the first row. `data`: uint8, their bytes, end to end.
    `offsets`: int64, shape (rows + 1,), where each row starts in `data`, from 0.
    """

    first: int
    data: np.ndarray
    offsets: np.ndarray

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.offsets) - 1


class Texts:
    """A text column without copies of its bytes; a null counts as an empty text."""

    def __init__(self, chunks: list[pa.LargeStringArray]) -> None:
        self._chunks = chunks
        self._starts = np.cumsum([0, *map(len, chunks)])

    @classmethod
    def of(cls, column: TextColumn) -> "Texts":
        """The texts of a column of any kind.

        Raises CurateError for a column of something else than strings.
        """
        if isinstance(column, Texts):
            return column
        arrow = column if isinstance(column, pa.Array | pa.ChunkedArray) else column.to_arrow()
        chunks = arrow.chunks if isinstance(arrow, pa.ChunkedArray) else [arrow]
        return cls([_large_string(chunk) for chunk in chunks])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def windows(self) -> Iterator[Window]:
        """Windows of about `WINDOW_BYTES`, at most `WINDOW_ROWS` rows and at least one."""
        for chunk, start in zip(self._chunks, self._starts.tolist(), strict=False):
            offsets, data = _buffers(chunk)
            row = 0
            while row < len(chunk):
                fits = int(np.searchsorted(offsets, offsets[row] + WINDOW_BYTES, "right")) - 1
                end = min(max(fits, row + 1), row + WINDOW_ROWS, len(chunk))
                yield Window(
                    start + row,
                    data[offsets[row] : offsets[end]],
                    offsets[row : end + 1] - offsets[row],
                )
                row = end

    def take(self, rows: np.ndarray) -> "Texts":
        """The texts of some rows, copied. `rows`: int64, ascending."""
        cuts = np.searchsorted(rows, self._starts)
        return Texts(
            [
                chunk.take(pa.array(rows[low:high] - start))
                for chunk, start, low, high in zip(
                    self._chunks, self._starts, cuts, cuts[1:], strict=False
                )
                if high > low
            ]
        )


def _large_string(chunk: pa.Array) -> pa.LargeStringArray:
    kind = chunk.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_null(kind)
    ):
        raise CurateError(
            "near-duplicates",
            f"the column holds {chunk.type}, not text",
            "pass a column of strings, or cast it to string",
        )
    chunk = chunk.cast(pa.large_string())
    return chunk.fill_null("") if chunk.null_count else chunk


def _buffers(chunk: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (int64, one more than rows) and all bytes (uint8) under an array."""
    _, offsets, data = chunk.buffers()
    if offsets is None or len(chunk) == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    return (
        np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1],
        np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8),
    )
