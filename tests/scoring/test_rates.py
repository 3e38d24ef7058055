"""Rates, their bounds, the paired test and confusion: values that others publish."""

import pytest

from curate.scoring.rates import Paired, Rate, by_category, confusion, mcnemar, rate


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_bounds_are_those_of_the_literature(right, count, low, high):
    found = rate([True] * right + [False] * (count - right))
    assert (found.right, found.count) == (right, count)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_of_nothing_anything_is_possible():
    assert rate([]) == Rate(0, 0, 0.0, 1.0)
    assert rate([]).share is None
    assert rate([]).as_json() == {"right": 0, "count": 0, "share": None, "low": 0.0, "high": 1.0}


def test_the_exact_test_counts_only_what_the_two_do_not_share():
    right_a = [True] * 10 + [False] * 2 + [True] * 50 + [False] * 7
    right_b = [False] * 10 + [True] * 2 + [True] * 50 + [False] * 7
    # 2 * P(X <= 2) of 12 fair coins: 2 * (1 + 12 + 66) / 4096
    assert mcnemar(right_a, right_b) == Paired(pytest.approx(158 / 4096), 10, 2)
    assert mcnemar(right_b, right_a) == Paired(pytest.approx(158 / 4096), 2, 10)


def test_two_that_never_differ_do_not_differ():
    assert mcnemar([True, False], [True, False]) == Paired(1.0, 0, 0)
    assert mcnemar([], []) == Paired(1.0, 0, 0)


def test_prompts_are_paired_one_by_one():
    with pytest.raises(ValueError, match="shorter"):
        mcnemar([True, True], [True])


def test_categories_come_in_the_order_of_the_suite():
    rows = [{"category": c, "is_right": r} for c, r in (("git", True), ("direct", False))]
    found = by_category([*rows, rows[0]])
    assert [(name, one.right, one.count) for name, one in found.items()] == [
        ("git", 2, 2),
        ("direct", 0, 1),
    ]


def test_confusion_counts_pairs():
    pairs = [("hover", "none"), ("hover", "hover"), ("none", "none"), ("hover", "none")]
    assert confusion(pairs) == {"hover": {"hover": 1, "none": 2}, "none": {"none": 1}}
