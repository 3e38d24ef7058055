"""Exact Jaccard similarity of chosen pairs, without a Python loop over pairs.

The texts of a block of pairs are shingled again: that is cheaper than keeping the shingles of a
whole column. A batch of up to 4,096 pairs then becomes one array that holds, for each pair, the
shingles of both rows under the pair's number; sorted, a shared shingle stands beside itself.
"""

import numpy as np

from curate.near.candidates import slices
from curate.near.columns import Texts
from curate.near.groups import clusters
from curate.near.shingles import SHINGLE_BITS, Shingler, ShingleSets

_BLOCK_SHINGLES = 2**21  # shingles of a block's pairs, both sides: bounds its arrays to about 50 MB
_BATCH_SHINGLES = 2**16  # and of a batch: 512 KB, sorted in L2
_BATCH_PAIRS = 2 ** (64 - SHINGLE_BITS)


def jaccard(
    texts: Texts, sizes: np.ndarray, left: np.ndarray, right: np.ndarray, shingler: Shingler
) -> np.ndarray:
    """Jaccard similarity of the shingle sets of each pair: float64, shape (pairs,).

    `sizes`: shingles a row of `texts`; both rows of a pair have some.
    """
    values = np.empty(len(left))
    order = np.argsort(clusters(len(texts), left, right)[left], kind="stable")
    costs = (sizes[left] + sizes[right])[order]
    for cut in slices(costs, _BLOCK_SHINGLES):
        block = order[cut]
        rows, sides = np.unique(np.concatenate([left[block], right[block]]), return_inverse=True)
        sets = shingler.all_sets(texts.take(rows))
        a, b = sides[: len(block)], sides[len(block) :]
        values[block] = _of_sets(sets, a, b)
    return values


def _of_sets(sets: ShingleSets, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    sizes = sets.sizes
    both = sizes[left] + sizes[right]
    shared = np.empty(len(left), np.int64)
    for cut in slices(np.maximum(both, _BATCH_SHINGLES // _BATCH_PAIRS), _BATCH_SHINGLES // 2):
        shared[cut] = _shared(sets, left[cut], right[cut])
    return shared / (both - shared)


def _shared(sets: ShingleSets, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many shingles each of at most 4,096 pairs has in common."""
    sides = np.concatenate([left, right])
    counts = sets.sizes[sides]
    ends = np.cumsum(counts)
    places = np.arange(ends[-1]) + np.repeat(sets.starts[sides] - ends + counts, counts)
    numbers = np.tile(np.arange(len(left), dtype=np.uint64), 2) << np.uint64(SHINGLE_BITS)
    marked = sets.shingles[places] | np.repeat(numbers, counts)
    marked.sort()
    twice = marked[1:][marked[1:] == marked[:-1]] >> np.uint64(SHINGLE_BITS)
    return np.bincount(twice.astype(np.int64), minlength=len(left))
