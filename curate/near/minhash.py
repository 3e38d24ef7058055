"""MinHash signatures and band keys of shingle sets, by datasketch's own permutations.

A signature row is what `datasketch.MinHash(num_perm, seed, hashfunc=lambda h: h)` holds after an
update with the low 32 bits of each shingle, so it can be stored, merged and queried with it:

    LeanMinHash(seed=1, hashvalues=signatures(texts, NearSettings())[0], scheme="affine32")

Source: Broder 1997, "On the resemblance and containment of documents"; the permutations are
datasketch 2.0's "affine32": murmur's 32-bit finalizer once, then a * h + b modulo 2**32.
"""

import numpy as np

from curate.near.columns import TextColumn, Texts
from curate.near.scratch import Scratch
from curate.near.settings import NearSettings
from curate.near.shingles import Shingler, ShingleSets

EMPTY = np.uint32(2**32 - 1)  # every value of the signature of a text without shingles
_FOLD = np.uint64(0x9E3779B97F4A7C15)


class Signer:
    """Signs shingle sets one permutation at a time, with work arrays of its own."""

    def __init__(self, settings: NearSettings) -> None:
        from datasketch import MinHash

        self._settings = settings
        self._factors, self._terms = MinHash(settings.num_perm, settings.seed).permutations
        self._scratch = Scratch()

    def minima(self, sets: ShingleSets, count: int) -> np.ndarray:
        """The first `count` signature values: uint32, shape (count, rows that are not empty).

        The array is written anew by the next call.
        """
        starts = sets.starts[:-1][sets.sizes > 0]
        hashes = self._scratch.array("hashes", len(sets.shingles), np.uint32)
        permuted = self._scratch.array("permuted", len(sets.shingles), np.uint32)
        smallest = self._scratch.array("smallest", count * len(starts), np.uint32)
        smallest = smallest.reshape(count, len(starts))
        if len(starts):
            hashes[:] = sets.shingles.astype(np.uint32)
            _finalize(hashes, permuted)
            for number in range(count):
                np.multiply(hashes, self._factors[number], out=permuted)
                permuted += self._terms[number]
                np.minimum.reduceat(permuted, starts, out=smallest[number])
        return smallest

    def band_keys(self, sets: ShingleSets) -> np.ndarray:
        """A key a band of every row that is not empty: uint64, shape (bands, rows not empty).

        Rows agree in a band's key when their signatures agree in all the band's rows (and, once
        in 2**64, by chance).
        """
        bands, rows = self._settings.bands, self._settings.rows
        smallest = self.minima(sets, bands * rows)
        keys = np.zeros((bands, smallest.shape[1]), np.uint64)
        for row in range(rows):
            keys ^= smallest[row::rows]
            keys *= _FOLD
            keys ^= keys >> np.uint64(29)
        return keys


def signatures(column: TextColumn, settings: NearSettings) -> np.ndarray:
    """MinHash signatures: uint32, shape (texts, num_perm).

    They estimate Jaccard similarity with a standard error of at most 0.5 / sqrt(num_perm). A text
    without a word has the largest value everywhere. The pair finder never builds this matrix.
    """
    texts = Texts.of(column)
    shingler, signer = Shingler(settings.shingle_words), Signer(settings)
    matrix = np.full((len(texts), settings.num_perm), EMPTY, np.uint32)
    for window in texts.windows():
        sets = shingler.sets(window)
        rows = window.first + np.flatnonzero(sets.sizes)
        matrix[rows] = signer.minima(sets, settings.num_perm).T
    return matrix


def _finalize(hashes: np.ndarray, spare: np.ndarray) -> None:
    """murmur3's 32-bit finalizer in place, as datasketch applies it before permuting."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, None)):
        np.right_shift(hashes, np.uint32(shift), out=spare)
        hashes ^= spare
        if factor is not None:
            hashes *= np.uint32(factor)
