"""Candidate pairs: rows that share a band key, each pair once, however many bands agree.

A bucket is the rows with one key. Buckets up to `max_bucket` rows give all their pairs; larger
ones are handed back as crowds, so the pairs of a band are at most rows * max_bucket / 2.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

_SIDE = np.uint64(32)
_MERGE_AT = 4_000_000  # pairs waiting to be merged: 32 MB


class PairSet:
    """Distinct pairs of row numbers below 2**32, whose sizes allow the threshold.

    Two sets of a and b shingles, a <= b, have a Jaccard similarity of at most a / b.
    """

    def __init__(self, sizes: np.ndarray, threshold: float) -> None:
        self._sizes, self._threshold = sizes, threshold
        self._merged = np.zeros(0, np.uint64)
        self._waiting: list[np.ndarray] = []

    def add(self, left: np.ndarray, right: np.ndarray) -> None:
        """Add pairs in either order; a row with itself is no pair."""
        a, b = self._sizes[left], self._sizes[right]
        possible = np.minimum(a, b) >= self._threshold * np.maximum(a, b) * (1 - 1e-12)
        possible &= left != right
        left, right = left[possible], right[possible]
        low, high = np.minimum(left, right), np.maximum(left, right)
        self._waiting.append(low.astype(np.uint64) << _SIDE | high.astype(np.uint64))
        if sum(map(len, self._waiting)) > _MERGE_AT:
            self._merge()

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """All pairs, left < right, sorted: two int64 arrays."""
        self._merge()
        return (
            (self._merged >> _SIDE).astype(np.int64),
            (self._merged & np.uint64(2**32 - 1)).astype(np.int64),
        )

    def _merge(self) -> None:
        together = np.concatenate([self._merged, *self._waiting])
        together.sort()
        self._merged = together[np.append(True, together[1:] != together[:-1])[: len(together)]]
        self._waiting.clear()


def collect(
    keys: np.ndarray, rows: np.ndarray, max_bucket: int, found: PairSet
) -> list[tuple[int, np.ndarray]]:
    """Add the pairs of every band's buckets to `found` and return the crowds.

    `keys`: uint64, shape (bands, n), of the n `rows`. A crowd is (band, rows of the bucket).
    """
    crowds: list[tuple[int, np.ndarray]] = []
    for band, band_keys in enumerate(keys):
        order, starts = buckets(band_keys)
        for left, right in bucket_pairs(starts, max_bucket):
            found.add(rows[order[left]], rows[order[right]])
        sizes = np.diff(starts)
        crowds += [
            (band, rows[order[starts[bucket] : starts[bucket + 1]]])
            for bucket in np.flatnonzero(sizes > max_bucket)
        ]
    return crowds


def buckets(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions ordered so that equal keys are neighbours, and where each bucket starts.

    The positions take the low bits of the keys, which makes one sort of plain integers of it;
    keys that only differ there fall together, and exact confirmation takes them apart again.
    """
    low = np.uint64(max(len(keys) - 1, 1).bit_length())
    packed = (keys >> low << low) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << low) - np.uint64(1))).astype(np.int64)
    packed >>= low
    starts = np.flatnonzero(packed[1:] != packed[:-1]) + 1
    return order, np.concatenate([[0], starts, [len(keys)]])


def bucket_pairs(starts: np.ndarray, max_bucket: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """All pairs of positions within each bucket of 2 to `max_bucket`: those 1 apart, 2 apart, ...

    `starts`: int64, where each bucket starts, and the end. One array operation a distance.
    """
    sizes = np.diff(starts)
    fitting = (sizes > 1) & (sizes <= max_bucket)
    firsts, counts = starts[:-1][fitting], sizes[fitting]
    ends = np.repeat(firsts + counts, counts)
    begins = np.cumsum(counts) - counts
    positions = np.arange(len(ends)) + np.repeat(firsts - begins, counts)
    for distance in range(1, int(counts.max(initial=1))):
        inside = positions + distance < ends
        positions, ends = positions[inside], ends[inside]
        yield positions, positions + distance


def slices(costs: np.ndarray, budget: int) -> Iterator[slice]:
    """Runs of neighbours whose costs add up to about `budget`, at least one each."""
    marks = np.flatnonzero(np.diff(np.cumsum(costs) // budget)) + 1
    for low, high in pairwise([0, *marks.tolist(), len(costs)]):
        if low < high:
            yield slice(low, high)
