"""What each threshold of an audit may be: `thresholds = { tool_rows = 10 }` of a configuration.

check_threshold("curate.toml [audit]", "tool_rows", -5)
# curate.toml [audit]: thresholds: tool_rows is -5; it is a whole number of 0 or more, ...
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from curate.errors import CurateError

MOST = 2**31 - 1  # what an integer of the table holds


class Range(NamedTuple):
    """The least and the most that a threshold may be, and one that it usually is."""

    least: float
    most: float
    usual: float
    is_whole: bool

    def __str__(self) -> str:
        """It, in words."""
        kind = "a whole number" if self.is_whole else "a number"
        if self.most in {MOST, inf}:
            upto = f", up to {MOST:,}" if self.is_whole else ""
            return f"{kind} of {self.least:g} or more{upto}"
        return f"{kind} from {self.least:g} to {self.most:g}"


def _fraction(usual: float, least: float = 0.0) -> Range:
    return Range(least, 1.0, usual, is_whole=False)


def _count(usual: int, least: int = 0) -> Range:
    return Range(least, MOST, usual, is_whole=True)


RANGES: Mapping[str, Range] = {
    "near_jaccard": _fraction(0.8, 0.01),
    "near_prompt_words": _count(3, 1),
    "near_conversation_words": _count(5, 1),
    "split_rows": _count(50),
    "tool_share_low": _fraction(0.5),
    "tool_share_high": _fraction(0.9),
    "one_tool_share": _fraction(0.6),
    "category_share": _fraction(0.6),
    "tool_rows": _count(10),
    "phrasings": _count(15),
    "phrasing_rows": _count(30),
    "clustering": Range(0.0, inf, 0.5, is_whole=False),
    "identical_rows": _count(10),
    "identical_calls": _count(5),
    "offered_rows": _count(20),
    "max_seq_length": _count(2048, 1),
    "batch_size": _count(4, 1),
    "mixed_fraction": _fraction(0.05),
}


def check_threshold(where: str, name: str, value: float) -> None:
    """Raises CurateError for a value out of the range of a threshold."""
    allowed = RANGES.get(name, Range(-inf, inf, 0, is_whole=False))
    is_finite = -inf < value < inf
    if (
        is_finite
        and allowed.least <= value <= allowed.most
        and value == (int(value) if allowed.is_whole else value)
    ):
        return
    raise CurateError(
        where, f"{name} is {value}\nit is {allowed}", f"write {name} = {allowed.usual:g}"
    )
