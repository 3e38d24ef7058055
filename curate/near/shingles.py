"""The shingle set of every row of a window, as sorted numbers.

A shingle is a number of 52 bits; two different shingles of a pair of texts with a and b shingles
take the same number with probability a * b / 2**52, 1e-11 for texts of 200 words. That is the
only way in which the Jaccard similarities of this package are not exact.

    "Def f(x): return x", 3 words a shingle  ->  {#def·f·x, #f·x·return, #x·return·x}

A word's bytes are read eight at a time as little-endian integers; each is mixed with its place in
the word and they are added up. Most words are one read. No Python object is made for a word.
"""

from dataclasses import dataclass

import numpy as np

from curate.near.columns import Texts, Window
from curate.near.scratch import Scratch

SHINGLE_BITS = 52
_ROW_SHIFT = np.uint64(SHINGLE_BITS)
_SHINGLE_MASK = np.uint64(2**SHINGLE_BITS - 1)
_PLACE = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, odd
_NEXT_WORD = np.uint64(0xD6E8FEB86659FD93)  # odd, 3 mod 4: swapped words lose no more than a bit
# Stafford's "Mix13", as in SplitMix64. Source: Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, None))

_ASCII = 128
_READ_BYTES = 8

# Byte -> itself in lower case where it is part of a word, else 0 (a NUL is not part of a word).
WORD_BYTES = bytes(
    ord(chr(byte).lower())
    if byte < _ASCII and (chr(byte).isalnum() or byte == ord("_"))
    else byte * (byte >= _ASCII)
    for byte in range(256)
)
# The low n bytes of a read, for n = 0..8.
_LOW_BYTES = np.array([256**n - 1 for n in range(_READ_BYTES + 1)], np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class ShingleSets:
    """Sets of shingles, one a row.

    `shingles`: uint64 below 2**52, rows end to end, ascending and distinct within a row.
    `starts`: int64, shape (rows + 1,), where each row's shingles start.
    """

    shingles: np.ndarray
    starts: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Shingles a row: int64, shape (rows,)."""
        return np.diff(self.starts)


class Shingler:
    """Makes `ShingleSets` of windows with work arrays of its own."""

    def __init__(self, shingle_words: int) -> None:
        self._width = shingle_words
        self._scratch = Scratch()

    def sets(self, window: Window) -> ShingleSets:
        """Shingle sets of a window's rows; a row without a word has an empty set."""
        hashes, word_starts = self._word_hashes(window)
        counts = np.diff(word_starts)
        shingles = self._shingle_hashes(hashes, word_starts, counts)
        kept = np.where(counts > 0, np.maximum(counts - self._width + 1, 1), 0)
        return _distinct_by_row(shingles, kept)

    def all_sets(self, texts: Texts) -> ShingleSets:
        """Shingle sets of a whole column, in one piece."""
        parts = [self.sets(window) for window in texts.windows()]
        starts = np.zeros(len(texts) + 1, np.int64)
        if not parts:
            return ShingleSets(np.zeros(0, np.uint64), starts)
        np.cumsum(np.concatenate([part.sizes for part in parts]), out=starts[1:])
        return ShingleSets(np.concatenate([part.shingles for part in parts]), starts)

    def _word_hashes(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """A hash a word, and where each row's words start (one more than rows)."""
        length = len(window.data)
        padded = self._scratch.array("bytes", length + 8, np.uint8)
        padded[length:] = 0
        lowered = padded[:length]
        lowered[:] = np.frombuffer(window.data.tobytes().translate(WORD_BYTES), np.uint8)
        begins, ends = self._word_bounds(lowered, window.offsets)
        lengths = ends - begins
        eights = np.ndarray((length + 1,), "<u8", padded.data, strides=(1,))
        hashes = eights[begins]
        hashes &= _LOW_BYTES[np.minimum(lengths, _READ_BYTES)]
        self._mix(hashes)
        long = np.flatnonzero(lengths > _READ_BYTES)
        if len(long):
            hashes[long] += self._tail_hashes(eights, begins[long], lengths[long])
        return hashes, np.searchsorted(begins, window.offsets)

    def _word_bounds(
        self, lowered: np.ndarray, offsets: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """First byte and end of every word; a word never reaches from one row into the next."""
        length = len(lowered)
        if not length:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        inside = self._scratch.array("inside", length, np.bool_)
        edge = self._scratch.array("edge", length, np.bool_)
        np.not_equal(lowered, 0, out=inside)
        filled = np.flatnonzero(np.diff(offsets))
        first, last = offsets[filled], offsets[filled + 1] - 1
        np.greater(inside[1:], inside[:-1], out=edge[1:])
        edge[first] = inside[first]
        begins = np.flatnonzero(edge)
        np.greater(inside[:-1], inside[1:], out=edge[:-1])
        edge[last] = inside[last]
        return begins, np.flatnonzero(edge) + 1

    def _tail_hashes(
        self, eights: np.ndarray, begins: np.ndarray, lengths: np.ndarray
    ) -> np.ndarray:
        """What the bytes after the eighth add to the hashes of longer words."""
        reads = (lengths - 1) >> 3
        firsts = np.cumsum(reads) - reads
        place = np.arange(1, int(reads.sum()) + 1) - np.repeat(firsts, reads)
        left = np.repeat(lengths, reads) - 8 * place
        values = eights[np.repeat(begins, reads) + 8 * place]
        values &= _LOW_BYTES[np.minimum(left, 8)]
        values += place.astype(np.uint64) * _PLACE
        self._mix(values)
        return np.add.reduceat(values, firsts)

    def _shingle_hashes(
        self, hashes: np.ndarray, word_starts: np.ndarray, counts: np.ndarray
    ) -> np.ndarray:
        """A hash a shingle, row after row, repeats included."""
        total, width = len(hashes), self._width
        shingles = self._scratch.array("shingles", total, np.uint64)
        shingles[:] = hashes
        for ahead in range(1, min(width, total)):
            whole = total - ahead
            shingles[:whole] *= _NEXT_WORD
            shingles[:whole] += hashes[ahead:]
        kept = self._scratch.array("kept", total, np.bool_)
        kept[:] = True
        for back in range(1, min(width, int(counts.max(initial=0)))):
            kept[word_starts[1:][counts > back] - back] = False
        short = np.flatnonzero((counts > 0) & (counts < width))
        firsts = word_starts[short]
        whole = hashes[firsts]
        for ahead in range(1, int(counts[short].max(initial=0))):
            more = counts[short] > ahead
            whole[more] = whole[more] * _NEXT_WORD + hashes[firsts[more] + ahead]
        shingles[firsts] = whole
        chosen = shingles[kept]
        self._mix(chosen)
        return chosen

    def _mix(self, values: np.ndarray) -> None:
        """Spread every bit of each uint64 over all of it, in place."""
        shifted = self._scratch.array("shifted", len(values), np.uint64)
        for shift, factor in _MIX:
            np.right_shift(values, np.uint64(shift), out=shifted)
            values ^= shifted
            if factor is not None:
                values *= np.uint64(factor)


def _distinct_by_row(hashes: np.ndarray, counts: np.ndarray) -> ShingleSets:
    """Sort and thin each row's hashes at once, its row number above the shingle's 52 bits."""
    numbers = np.arange(len(counts), dtype=np.uint64) << _ROW_SHIFT
    hashes >>= np.uint64(64 - SHINGLE_BITS)
    hashes |= np.repeat(numbers, counts)
    hashes.sort()
    new = np.empty(len(hashes), np.bool_)
    new[:1] = True
    np.not_equal(hashes[1:], hashes[:-1], out=new[1:])
    distinct = hashes[new]
    starts = np.append(np.searchsorted(distinct, numbers), len(distinct))
    distinct &= _SHINGLE_MASK
    return ShingleSets(distinct, starts)
