"""Rates over replies: how many were right, within which bounds, and whether two models differ.

    rate([True, True, False])                    Rate(right=2, count=3, low=0.208, high=0.939)
    mcnemar([True, True], [True, False])         Paired(p=1.0, only_a=1, only_b=0)

Pure functions over plain values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

CONFIDENCE = 0.95


class Rate(NamedTuple):
    """So many of so many were right; `low` and `high` are the bounds at 95 %."""

    right: int
    count: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The right ones as a fraction of all; None of nothing."""
        return self.right / self.count if self.count else None

    def as_json(self) -> dict[str, Any]:
        """right, count, share, low, high."""
        return {
            "right": self.right,
            "count": self.count,
            "share": None if self.share is None else round(self.share, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


class Paired(NamedTuple):
    """Two models on the same prompts: what only one of them has right, and the p of the test."""

    p: float
    only_a: int
    only_b: int


def rate(right: Iterable[bool]) -> Rate:
    """The share of the true ones, with Wilson's bounds; of nothing, anything from 0 to 1.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    given = [bool(one) for one in right]
    if not given:
        return Rate(0, 0, 0.0, 1.0)
    from scipy.stats import binomtest

    bounds = binomtest(sum(given), len(given)).proportion_ci(CONFIDENCE, method="wilson")
    return Rate(sum(given), len(given), float(bounds.low), float(bounds.high))


def by_category(replies: Sequence[Mapping[str, Any]]) -> dict[str, Rate]:
    """A rate for each category, in the order in which they first come."""
    categories = dict.fromkeys(reply["category"] for reply in replies)
    return {
        category: rate(reply["is_right"] for reply in replies if reply["category"] == category)
        for category in categories
    }


def mcnemar(right_a: Sequence[bool], right_b: Sequence[bool]) -> Paired:
    """Whether two models differ on the same prompts in the same order: McNemar's exact test.

    Only prompts count that one has right and the other wrong: under no difference, each of them
    falls to either with one half. Raises ValueError for lists of other lengths.
    Source: McNemar 1947, "Note on the sampling error of the difference between correlated
    proportions or percentages".
    """
    pairs = list(zip(right_a, right_b, strict=True))
    only_a = sum(bool(a and not b) for a, b in pairs)
    only_b = sum(bool(b and not a) for a, b in pairs)
    if not only_a + only_b:
        return Paired(1.0, 0, 0)
    from scipy.stats import binomtest

    return Paired(float(binomtest(only_a, only_a + only_b).pvalue), only_a, only_b)


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Expected tool -> called tool -> how often; both sorted by name."""
    counts = Counter(pairs)
    table: dict[str, dict[str, int]] = {}
    for (expected, called), count in sorted(counts.items()):
        table.setdefault(expected, {})[called] = count
    return table
