"""Candidates among crowds: rows that share a band key because they share boilerplate.

20,000 texts with one preamble have thousands of rows in one bucket of every band, and comparing
each with each is 67 million pairs or more. What is compared instead, among the crowded rows:

1. Rows that share a rare shingle, one of at most `max_bucket` crowded rows, by a prefix filter:
   of two sets at Jaccard >= t, the rarest shared shingle is among the size - ceil(t * size) + 1
   rarest of each, so this misses no pair that shares a rare shingle.
2. Each row with the smallest row of the same *core*, the shingles of it that are not rare. Rows
   that share nothing but their core have Jaccard core / (a + b - core), so if two of them are near,
   both are near the smallest: a star gives the cluster that all pairs would.
3. The leaders (smallest rows) of one bucket's cores with each other, up to `max_bucket` of them;
   past that, each with the smallest and with its next `_NEIGHBOURS` in the order of the following
   band, which puts rows that agree there too side by side.

What it costs: two near rows may go unpaired, though not, as far as we have seen, unclustered, when
every shingle they share stands in more than `max_bucket` crowded rows. Nothing else is lost.
Source: Xiao et al. 2008, "Efficient similarity joins for near duplicate detection" (the filter).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from curate.near.candidates import PairSet, bucket_pairs
from curate.near.columns import Texts
from curate.near.settings import NearSettings
from curate.near.shingles import Shingler, ShingleSets

_NEIGHBOURS = 8  # chosen by us, 2026-11-21: 1,000 variants of one text come out as one cluster
_LOW = np.uint64(32)
_LOW_MASK = np.uint64(2**32 - 1)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class _Rare(NamedTuple):
    """Postings of the shingles in 2 to `max_bucket` crowded rows, and the shingles in no other.

    `rows`, `ranks`: the row and the rank of the shingle, rarest first, of each posting.
    `singles`: how many shingles each row has for itself.
    """

    rows: np.ndarray
    ranks: np.ndarray
    singles: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Sketches:
    """What the first pass keeps of each row: enough to find candidates, not to confirm them.

    `keys`: uint64, shape (bands, rows). `digests`: uint64, shape (rows,), equal for equal sets.
    `sizes`: int64, shape (rows,), how many shingles; 0 for a text without words.
    """

    keys: np.ndarray
    digests: np.ndarray
    sizes: np.ndarray


def add_crowds(
    crowds: list[tuple[int, np.ndarray]],
    texts: Texts,
    sketches: Sketches,
    settings: NearSettings,
    found: PairSet,
) -> None:
    """Add the candidates among crowded rows to `found`.

    `crowds`: (band, row numbers) of each bucket above `max_bucket`. The shingles of all crowded
    rows are held at once, at about 30 bytes each.
    """
    if not crowds:
        return
    rows = np.unique(np.concatenate([members for _, members in crowds]))
    sets = Shingler(settings.shingle_words).all_sets(texts.take(rows))
    cores, rare = _split(*_postings(sets), len(rows), settings.max_bucket)
    for left, right in _sharing_rare(rare, sets.sizes, settings):
        found.add(rows[left], rows[right])
    rows, cores = rows[cores > 0], cores[cores > 0]
    leaders = np.full(len(sketches.sizes), -1)
    leaders[rows] = _leaders(rows, cores, sketches)
    found.add(leaders[rows], rows)
    for band, members in crowds:
        led = np.unique(leaders[members])
        _add_leaders(led[led >= 0], band, sketches, settings.max_bucket, found)


def _postings(sets: ShingleSets) -> tuple[np.ndarray, np.ndarray]:
    """(shingle's low 32 bits, row) packed and sorted, and where each shingle starts, and the end.

    Shingles that agree in those bits count as one, which may add a candidate.
    """
    packed = sets.shingles << _LOW
    packed |= np.repeat(np.arange(len(sets.sizes), dtype=np.uint64), sets.sizes)
    packed.sort()
    new = np.flatnonzero((packed[1:] ^ packed[:-1]) >> _LOW) + 1
    return packed, np.concatenate([[0], new, [len(packed)]])


def _split(
    packed: np.ndarray, starts: np.ndarray, count: int, max_bucket: int
) -> tuple[np.ndarray, _Rare]:
    """Each row's core as a hash (0 for none), and what is rare."""
    frequencies = np.diff(starts)
    singles = packed[starts[:-1][frequencies == 1]] & _LOW_MASK
    each = np.repeat(frequencies, frequencies)

    common = packed[each > max_bucket]
    core = (common >> _LOW) * _SPREAD
    core ^= core >> np.uint64(29)
    core *= _SPREAD
    cores = np.zeros(count, np.uint64)
    np.add.at(cores, (common & _LOW_MASK).astype(np.int64), core)

    ranks = np.empty(len(frequencies), np.int64)
    ranks[np.argsort(frequencies, kind="stable")] = np.arange(len(frequencies))
    shared = (each > 1) & (each <= max_bucket)
    rare_rows = (packed[shared] & _LOW_MASK).astype(np.int64)
    rare_ranks = np.repeat(ranks, frequencies)[shared]
    alone = np.bincount(singles.astype(np.int64), minlength=count)
    return cores, _Rare(rare_rows, rare_ranks, alone)


def _sharing_rare(
    rare: _Rare, sizes: np.ndarray, settings: NearSettings
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of crowd positions that share a rare shingle within the prefixes of both."""
    order = np.lexsort((rare.ranks, rare.rows))
    rows, ranks = rare.rows[order], rare.ranks[order]
    firsts = np.searchsorted(rows, np.arange(len(sizes)))
    place = rare.singles[rows] + np.arange(len(rows)) - firsts[rows]
    needed = np.ceil(settings.threshold * sizes * (1 - 1e-12)).astype(np.int64)
    inside = place <= (sizes - needed)[rows]
    rows, ranks = rows[inside], ranks[inside]
    order = np.argsort(ranks, kind="stable")
    rows, ranks = rows[order], ranks[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(ranks)) + 1, [len(ranks)]])
    for left, right in bucket_pairs(starts, settings.max_bucket):
        yield rows[left], rows[right]


def _leaders(rows: np.ndarray, cores: np.ndarray, sketches: Sketches) -> np.ndarray:
    """The smallest row with the same core, of equals the one with the smallest digest."""
    order = np.lexsort((sketches.digests[rows], sketches.sizes[rows], cores))
    new = np.append(True, np.diff(cores[order]) != 0)[: len(order)]
    leaders = np.empty_like(rows)
    leaders[order] = rows[order][new][np.cumsum(new) - 1]
    return leaders


def _add_leaders(
    leaders: np.ndarray, band: int, sketches: Sketches, max_bucket: int, found: PairSet
) -> None:
    count = len(leaders)
    if count <= max_bucket:
        for left, right in bucket_pairs(np.array([0, count]), max_bucket):
            found.add(leaders[left], leaders[right])
        return
    following = sketches.keys[(band + 1) % len(sketches.keys), leaders]
    leaders = leaders[np.lexsort((sketches.digests[leaders], following))]
    smallest = leaders[np.argmin(sketches.sizes[leaders])]
    found.add(np.full(count, smallest), leaders)
    for distance in range(1, _NEIGHBOURS + 1):
        found.add(leaders[:-distance], leaders[distance:])
