"""One model quantised to several numbers of bits, each compared with what it was and what it knew.

    for rung in climb(Subject(fused, base, place), [Bits(4), Bits(8)], rows, allowed=Allowed()):
        rung.to.bits, rung.kept_fraction, rung.reasons      # 4, 0.8, ["keeps 80 % ..."]

What the tuned model and its base predict waits in files, so that one model is in memory at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curate.models.opening import open_weights
from curate.models.training.masking import Encoded
from curate.models.weights.divergence import (
    Divergence,
    Predictions,
    Tell,
    compared,
    divergences,
    forget,
    predictions,
    read_pieces,
)
from curate.models.weights.judging import Fall, Measures, fall_of, kept_fraction, reasons
from curate.models.weights.placing import refuse, scratch_beside
from curate.models.weights.quantizing import Bits, Order, Quantized, quantize

Replies = Sequence[Mapping[str, Any]]


class Subject(NamedTuple):
    """What is quantised: a model, the base its training began with, and where the results go.

    Results lie at `place`, with the bits in their names: out/runs/train-phase27-1/fused-5bit.
    """

    model: str
    base: str | None
    place: Path

    def target(self, to: Bits) -> Path:
        """The folder for this many bits."""
        return self.place.with_name(f"{self.place.name}-{to.name}")


class Allowed(NamedTuple):
    """What may be done: replace what curate wrote, and leave layers whole. mark: of curate.json."""

    force: bool = False
    is_skipping_allowed: bool = False
    mark: dict[str, Any] | None = None


class Rung(NamedTuple):
    """One quantised model, its measures, and why what was learned is lost, if it is."""

    to: Bits
    quantized: Quantized
    measures: Measures
    reasons: list[str]

    @property
    def kept_fraction(self) -> float | None:
        """The share of what was learned that is left."""
        return kept_fraction(self.measures.from_tuned, self.measures.learned)


def climb(
    subject: Subject,
    ladder: Sequence[Bits],
    rows: Sequence[Encoded],
    *,
    allowed: Allowed,
    score: Callable[[str], Replies] | None = None,
    progress: Tell | None = None,
) -> Iterator[Rung]:
    """Quantise to each, in order. `score` gives the replies of a model to a suite.

    Raises CurateError before anything is written where a result is there already.
    """
    for to in ladder:
        refuse(subject.target(to), force=allowed.force)
    before = score(subject.model) if score else None
    with scratch_beside(subject.place) as scratch:
        known = [_predicted(subject.model, rows, scratch / "tuned.npy", progress)]
        learned = None
        if subject.base is not None:
            known.append(_predicted(subject.base, rows, scratch / "base.npy", progress))
            (learned,) = compared([known[0].read()], read_pieces(known[1]))
        for to in ladder:
            order = Order(
                subject.model,
                subject.target(to),
                to,
                allowed.force,
                allowed.is_skipping_allowed,
                allowed.mark,
            )
            quantized = quantize(order)
            from_tuned, *from_base = _distances(known, str(quantized.folder), rows, progress)
            fall = None if before is None else _fall(before, score, str(quantized.folder))
            measures = Measures(from_tuned, from_base[0] if from_base else None, learned, fall)
            yield Rung(to, quantized, measures, reasons(measures))


def _fall(before: Replies, score: Callable[[str], Replies] | None, folder: str) -> Fall | None:
    return None if score is None else fall_of(before, score(folder))


def _predicted(
    name: str, rows: Sequence[Encoded], path: Path, progress: Tell | None
) -> Predictions:
    """Open a model, keep what it predicts, and let it go."""
    opened = open_weights(name)
    try:
        return predictions(opened.model, rows, path, progress)
    finally:
        del opened
        forget()


def _distances(
    known: Sequence[Predictions], name: str, rows: Sequence[Encoded], progress: Tell | None
) -> list[Divergence]:
    opened = open_weights(name)
    try:
        return divergences(known, opened.model, rows, progress)
    finally:
        del opened
        forget()
