"""Every kind of text column gives the same answer, and windows cover it once."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from curate.errors import CurateError
from curate.near import NearSettings, Texts, near_duplicate_pairs
from curate.near.columns import WINDOW_BYTES, WINDOW_ROWS

TEXTS = ["", "one two three", None, "four five six", "ONE, two: three", "", "six five four"]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TEXTS),
        pa.array(TEXTS, pa.large_string()),
        pa.array(TEXTS, pa.string_view()),
        pa.array(TEXTS).dictionary_encode(),
        pa.array(["x", *TEXTS, "one two three"])[1:-1],
        pa.chunked_array([TEXTS[:2], [], TEXTS[2:5], TEXTS[5:]], pa.string()),
        pl.Series(TEXTS),
        Texts.of(pa.array(TEXTS)),
    ],
    ids=["string", "large", "view", "dictionary", "slice", "chunked", "polars", "texts"],
)
def test_every_kind_of_column_gives_the_same_pairs(column):
    found = near_duplicate_pairs(column, NearSettings(shingle_words=2))
    assert list(zip(found.left, found.right, found.jaccard, strict=True)) == [(1, 4, 1.0)]


@pytest.mark.parametrize(
    "column",
    [pa.array([], pa.string()), pa.array([None, None]), pa.chunked_array([], pa.string())],
    ids=["no rows", "only nulls", "no chunks"],
)
def test_a_column_without_text_has_no_pairs(column):
    found = near_duplicate_pairs(column, NearSettings())
    assert (len(found), found.examined) == (0, 0)
    assert (found.left.dtype, found.right.dtype) == (np.int64, np.int64)
    assert found.jaccard.dtype == np.float64


def test_a_column_of_numbers_is_refused():
    with pytest.raises(CurateError) as caught:
        near_duplicate_pairs(pa.array([1, 2]), NearSettings())
    assert str(caught.value) == (
        "near-duplicates: the column holds int64, not text\n"
        "  fix: pass a column of strings, or cast it to string"
    )


def test_windows_hold_every_row_once_within_their_limits():
    texts = [
        "x" * (5 * WINDOW_BYTES),
        "é",
        "",
        *["ab"] * (2 * WINDOW_ROWS),
        "y" * WINDOW_BYTES,
        "z",
    ]
    windows = list(Texts.of(pa.chunked_array([texts[:1], texts[1:]])).windows())
    rows = [
        bytes(window.data[low:high]).decode()
        for window in windows
        for low, high in zip(window.offsets[:-1], window.offsets[1:], strict=True)
    ]
    assert rows == texts
    assert [window.first for window in windows] == list(
        np.cumsum([0, *[window.rows for window in windows]])[:-1]
    )
    assert all(len(window.data) <= WINDOW_BYTES or window.rows == 1 for window in windows)
    assert max(window.rows for window in windows) == WINDOW_ROWS


def test_rows_are_taken_across_chunks():
    texts = Texts.of(pa.chunked_array([["a", "b"], ["c"], ["d", "e"]]))
    taken = texts.take(np.array([1, 2, 4]))
    assert b"".join(bytes(window.data) for window in taken.windows()) == b"bce"
