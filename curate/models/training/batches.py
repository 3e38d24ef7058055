"""Batches of rows of about one length, every row in every epoch, in an order that a seed gives.

    for tokens, is_trained in batches(encoded, 4, seed=0, loop=True):    # (B, T) int32, (B, T) bool

Rows are filled up with zeros to one more than a multiple of 32, of which the last token is only a
target: few shapes, which are compiled once each. The last batch of an epoch may have fewer rows.
"""

from collections.abc import Iterator, Sequence
from itertools import count, islice

import numpy as np
import numpy.typing as npt

from curate.models.training.masking import Encoded

WIDTH = 32  # as mlx-lm fills up rows
Batch = tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]


def batches(
    encoded: Sequence[Encoded], batch_size: int, *, seed: int, loop: bool, start: int = 0
) -> Iterator[Batch]:
    """The rows in batches: once each by length, or with `loop` for ever, anew for every epoch.

    start: how many batches to leave out, those that a run has had before it was stopped.
    """
    plan = planned([one.count_tokens for one in encoded], batch_size, seed=seed, loop=loop)
    for rows in islice(plan, start, None):
        yield filled([encoded[row] for row in rows])


def planned(
    lengths: Sequence[int], batch_size: int, *, seed: int, loop: bool
) -> Iterator[list[int]]:
    """The numbers of the rows of each batch.

    Rows of one width are shuffled before they are put together, then the batches; the short batch
    of an epoch may be of any length.
    """
    widths = np.array([width_of(length) for length in lengths])
    if not loop:
        order = np.argsort(widths, kind="stable")
        yield from _cut(order, range(batch_size, len(order), batch_size))
        return
    for epoch in count() if lengths else ():
        random = np.random.default_rng((seed, epoch))
        shuffled = random.permutation(len(widths))
        order = shuffled[np.argsort(widths[shuffled], kind="stable")]
        full, rest = divmod(len(order), batch_size)
        sizes = [batch_size] * full
        if rest:
            sizes.insert(int(random.integers(full + 1)), rest)
        groups = list(_cut(order, np.cumsum(sizes)[:-1].tolist()))
        for group in random.permutation(len(groups)):
            yield groups[group]


def per_epoch(count_rows: int, batch_size: int) -> int:
    """How many batches an epoch has."""
    return -(-count_rows // batch_size)


def width_of(length: int) -> int:
    """How many tokens a row of this length is filled up to."""
    return 1 + WIDTH * max(1, -(-(length - 1) // WIDTH))


def filled(rows: Sequence[Encoded]) -> Batch:
    """Rows as arrays of one shape."""
    width = max(width_of(row.count_tokens) for row in rows)
    tokens = np.zeros((len(rows), width), np.int32)
    is_trained = np.zeros((len(rows), width), np.bool_)
    for place, row in enumerate(rows):
        tokens[place, : row.count_tokens] = row.tokens
        is_trained[place, : row.count_tokens] = row.is_trained
    return tokens, is_trained


def _cut(order: npt.NDArray[np.intp], places: Sequence[int]) -> Iterator[list[int]]:
    for part in np.split(order, places):
        if len(part):
            yield part.tolist()
