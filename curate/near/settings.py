"""What near-duplicate search is asked for, and the shape of what it answers."""

from dataclasses import dataclass

import numpy as np

from curate.errors import CurateError

_SMALLEST = {
    "num_perm": 1,
    "bands": 1,
    "rows": 1,
    "shingle_words": 1,
    "seed": 0,
    "max_bucket": 2,
}
_LARGEST_SEED = 2**32 - 1  # what NumPy's RandomState, and so datasketch, takes


@dataclass(frozen=True, slots=True)
class NearSettings:
    """How texts are compared; validated when it is made.

    A pair at Jaccard j becomes a candidate with probability 1 - (1 - j**rows)**bands: 0.9999 at
    0.8 for the default 25 bands of 5 rows, where datasketch's own choice (9 of 13) has 0.40.

    `num_perm`: length of a signature; `bands * rows` of it are used to find pairs.
    `threshold`: smallest Jaccard similarity of a pair, a fraction above 0 and at most 1.
    `shingle_words`: words a shingle; 5 suits pages and conversations, 3 suits prompts.
    `seed`: of datasketch's permutations.
    `max_bucket`: rows with one band key, or one shingle, above which they are a crowd and are no
    longer compared each with each (see `curate.near.crowds`).

    Raises CurateError for a value out of its range.
    """

    num_perm: int = 128
    bands: int = 25
    rows: int = 5
    threshold: float = 0.8
    shingle_words: int = 5
    seed: int = 1
    max_bucket: int = 128

    def __post_init__(self) -> None:
        for name, smallest in _SMALLEST.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < smallest:
                raise CurateError(
                    "near-duplicate settings",
                    f"{name} is {value!r}\nit is a whole number of {smallest} or more",
                    f"leave {name} out, or write {name} = {getattr(_DEFAULTS, name)}",
                )
        if self.seed > _LARGEST_SEED:
            raise CurateError(
                "near-duplicate settings",
                f"seed is {self.seed}\nthe largest seed is {_LARGEST_SEED}",
                "leave seed out, or write seed = 1",
            )
        number = isinstance(self.threshold, (int, float)) and not isinstance(self.threshold, bool)
        if not number or not 0 < self.threshold <= 1:
            raise CurateError(
                "near-duplicate settings",
                f"threshold is {self.threshold!r}\na Jaccard similarity is above 0 and at most 1",
                "write threshold = 0.8",
            )
        needed = self.bands * self.rows
        if needed > self.num_perm:
            raise CurateError(
                "near-duplicate settings",
                f"bands * rows is {self.bands} * {self.rows} = {needed}, "
                f"and num_perm is {self.num_perm}\n"
                "every row of every band takes one permutation",
                f"lower bands or rows, or write num_perm = {needed}",
            )


@dataclass(frozen=True, slots=True, eq=False)
class NearPairs:
    """Pairs of near rows, each once, sorted by (left, right).

    `left`, `right`: int64, shape (pairs,), row numbers with left < right.
    `jaccard`: float64, shape (pairs,), exact similarity of the shingle sets, >= the threshold.
    `examined`: how many candidate pairs were counted to find them.

    Rows with the same shingle set make a star, not a clique: each is paired, at 1.0, with the
    first of them, and only that first row is compared with the rest of the column. So n equal
    rows are n - 1 pairs, and `clusters` comes out as if all pairs were there.
    """

    left: np.ndarray
    right: np.ndarray
    jaccard: np.ndarray
    examined: int

    def __len__(self) -> int:
        return len(self.left)


_DEFAULTS = NearSettings()
