"""Every row is trained in every epoch, in batches of about one length, in an order of the seed."""

from collections import Counter
from itertools import chain, islice, pairwise

import numpy as np
import pytest

from curate.models.training.batches import (
    batches,
    filled,
    per_epoch,
    planned,
    width_of,
)
from curate.models.training.masking import Encoded

LENGTHS = [40, 33, 300, 310, 34, 35, 41, 305, 64, 65, 66]  # 11 rows: 2 full batches and 3 rows


def row(length: int, count_trained: int = 2) -> Encoded:
    is_trained = np.zeros(length, np.bool_)
    is_trained[length - count_trained :] = True
    return Encoded(np.arange(1, length + 1, dtype=np.int32), is_trained)


def epochs(count: int, seed: int = 0, size: int = 4) -> list[list[list[int]]]:
    plan = planned(LENGTHS, size, seed=seed, loop=True)
    each = per_epoch(len(LENGTHS), size)
    return [list(islice(plan, each)) for _ in range(count)]


def test_every_row_is_in_every_epoch_once():
    for epoch in epochs(20):
        assert Counter(chain(*epoch)) == Counter(range(11))
        assert sorted(map(len, epoch)) == [3, 4, 4]


def test_rows_of_a_batch_are_of_about_one_length():
    widths = [width_of(length) for length in LENGTHS]
    for epoch in epochs(20):
        by_width = sorted(epoch, key=lambda rows: min(widths[row] for row in rows))
        for shorter, longer in pairwise(by_width):
            assert max(widths[row] for row in shorter) <= min(widths[row] for row in longer)


def test_epochs_and_seeds_differ_and_the_same_seed_does_not():
    assert epochs(3) == epochs(3)
    first, second, _ = epochs(3)
    assert first != second
    assert epochs(1, seed=1) != epochs(1)


def test_the_short_batch_is_not_always_of_the_same_rows():
    short = {tuple(sorted(min(epoch, key=len))) for epoch in epochs(20)}
    assert len(short) > 3


@pytest.mark.parametrize("size", [1, 4, 11, 64])
def test_a_split_of_any_size_is_used_whole(size: int):
    for loop in (False, True):
        plan = islice(planned(LENGTHS, size, seed=0, loop=loop), per_epoch(11, size))
        assert Counter(chain(*plan)) == Counter(range(11))


def test_an_evaluation_takes_each_row_once_and_ends():
    assert Counter(chain(*planned(LENGTHS, 4, seed=0, loop=False))) == Counter(range(11))
    assert list(planned([], 4, seed=0, loop=True)) == []


def test_a_run_that_goes_on_has_the_batches_that_were_left():
    rows = [row(length) for length in LENGTHS]

    def tokens(start: int, stop: int) -> list[bytes]:
        given = batches(rows, 4, seed=3, loop=True, start=start)
        return [one.tobytes() for one, _ in islice(given, stop - start)]

    assert tokens(0, 9)[5:] == tokens(5, 9)


@pytest.mark.parametrize(("length", "width"), [(2, 33), (33, 33), (34, 65), (65, 65), (66, 97)])
def test_rows_are_filled_up_to_a_multiple_of_32_and_a_target(length: int, width: int):
    assert width_of(length) == width
    tokens, is_trained = filled([row(length), row(2)])
    assert (tokens.shape, tokens.dtype, is_trained.dtype) == ((2, width), np.int32, np.bool_)
    assert tokens[0].tolist() == [*range(1, length + 1), *[0] * (width - length)]
    assert is_trained.sum(axis=1).tolist() == [2, 2]
    assert not is_trained[0, length:].any()
