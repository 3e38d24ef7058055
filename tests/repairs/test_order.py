"""The order of rows by class."""

import pytest

from curate.repairs.order import mixed


@pytest.mark.parametrize(
    ("classes", "order"),
    [
        ("", []),
        ("a", [0]),
        ("aaa", [0, 1, 2]),
        ("aabbbb", [2, 0, 3, 4, 1, 5]),
        ("aaab", [0, 1, 3, 2]),
    ],
)
def test_classes_are_spread_over_the_file(classes, order):
    assert mixed(classes) == order


def test_mixing_keeps_every_row_and_what_is_mixed():
    classes = [
        name for name, count in (("a", 97), ("b", 31), ("c", 5), ("d", 1)) for _ in range(count)
    ]
    order = mixed(classes)
    assert sorted(order) == list(range(len(classes)))
    again = [classes[position] for position in order]
    assert mixed(again) == list(range(len(classes)))
    for start in range(0, len(again) - 8, 8):
        assert {"a", "b"} <= set(again[start : start + 8])
