"""Whether a number follows from others by a step that a reader would do in the head.

    is_derived("150", [120.0, 30.0])    # True: their sum

Generous on purpose: a number that could follow from those shown is not held against an answer.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from math import inf

USUAL = (2.0, 7.0, 12.0, 24.0, 30.0, 52.0, 60.0, 100.0, 365.0, 1000.0, 1024.0, 3600.0)
MOST = 60  # numbers: in more of them, everything follows from something


def is_derived(number: str, shown: Sequence[float]) -> bool:
    """Whether it is one of them rounded, their sum, mean or span, or what two of them give.

    True where there are too many of them to tell.
    """
    if len(shown) > MOST:
        return True
    value = float(number)
    if value == inf:
        return False  # of more digits than two numbers give
    decimals = len(number.partition(".")[2])
    slack = 0.51 * 10**-decimals if decimals else _slack(number)

    def meets(candidate: float) -> bool:
        return abs(candidate - value) <= slack

    if shown and (meets(sum(shown)) or meets(sum(shown) / len(shown))):
        return True
    if any(map(meets, shown)):
        return True
    given = _given_by_two((*shown, *USUAL))
    place = bisect_left(given, value)
    return any(map(meets, given[max(0, place - 1) : place + 1]))


@lru_cache(maxsize=4)
def _given_by_two(values: tuple[float, ...]) -> list[float]:
    """What two of them give, in order: an answer may have many numbers to look up."""
    given = {
        candidate
        for a in values
        for b in values
        for candidate in (
            *(a + b, abs(a - b), a * b),
            *(a / b if b else a, a * b / 100, a + a * b / 100, a - a * b / 100),
        )
    }
    return sorted(given)


def _slack(number: str) -> float:
    """Half of the last digit that is not zero: 1200 may be 1176."""
    zeros = len(number) - len(number.rstrip("0"))
    return 0.51 * 10.0**zeros
