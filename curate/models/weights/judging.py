"""Whether a quantised model still knows what its base was taught.

    kept_fraction(from_tuned, learned)                      # 0.98
    reasons(Measures(...))                                  # [], or why what was learned is lost

`tuned` is the model that is quantised, `base` the one that its training began with. Pure functions.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from curate.models.weights.divergence import Divergence

# The least share of what was learned that a quantised model keeps, by KL. Chosen by us, 2026-11-21
# (LOG.md).
LEAST_KEPT = 0.9
# At most so probable is a fall of the suite's accuracy that counts as one, by McNemar's exact test.
SIGNIFICANT = 0.05


class Fall(NamedTuple):
    """Right replies before and after, of the same prompts, and how probable that is by chance."""

    count_before: int
    count_after: int
    count_prompts: int
    p: float


class Measures(NamedTuple):
    """KL of the tuned model from the quantised one and from the base; of the base from the former.

    Without a base there is nothing that could be lost, and from_base and learned are None.
    """

    from_tuned: Divergence
    from_base: Divergence | None
    learned: Divergence | None
    fall: Fall | None


def kept_fraction(from_tuned: Divergence, learned: Divergence | None) -> float | None:
    """The share of what was learned that is left: 1 - KL(tuned||quantised) / KL(tuned||base)."""
    if learned is None or not learned.mean:
        return None
    return 1 - from_tuned.mean / learned.mean


def reasons(measures: Measures) -> list[str]:
    """Why a quantised model has lost what was learned; empty where it has kept it."""
    found = []
    if not math.isfinite(measures.from_tuned.mean):
        found.append("what it predicts is no number")
    kept = kept_fraction(measures.from_tuned, measures.learned)
    if measures.from_base is not None and measures.from_base.mean < measures.from_tuned.mean:
        found.append("nearer to the base than to the tuned model")
    if kept is not None and kept < LEAST_KEPT:
        found.append(f"keeps {max(kept, 0):.0%} of what was learned, less than {LEAST_KEPT:.0%}")
    return found + fallen(measures.fall)


def fallen(fall: Fall | None) -> list[str]:
    """Why a suite says that something was lost; empty where chance explains it, or none asked."""
    if fall is None or fall.count_after >= fall.count_before or fall.p >= SIGNIFICANT:
        return []
    right = f"{fall.count_after} of {fall.count_prompts} right"
    return [f"{right}, not {fall.count_before} (p = {fall.p:.2g})"]


def fall_of(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Fall:
    """What two models' replies to one suite come to, paired by prompt."""
    from curate.scoring.rates import mcnemar

    right = {reply["prompt_id"]: bool(reply["is_right"]) for reply in after}
    shared = [reply for reply in before if reply["prompt_id"] in right]
    first = [bool(reply["is_right"]) for reply in shared]
    second = [right[reply["prompt_id"]] for reply in shared]
    return Fall(sum(first), sum(second), len(shared), mcnemar(first, second).p)
