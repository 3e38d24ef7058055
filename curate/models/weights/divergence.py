"""How far one model is from another on the same tokens: KL in nats, and how often they agree.

    kept = predictions(tuned, rows, folder / "tuned.npy")
    divergences([kept], quantised, rows)      # [Divergence(mean=0.005, p99=0.06, most=0.9, ...)]

Only tokens that training trains are looked at: what the model itself has to say. One model is in
memory at a time. What the first one predicts waits in a file, and is read piece by piece.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from curate.models.training.masking import Encoded

Floats = npt.NDArray[np.float32]
Tell = Callable[[int, int, str], None]
# Logits at a time, 256 MB; chosen by us, 2026-11-21.
MOST_LOGITS = 2**26
FEWEST_TOKENS = 64


class Divergence(NamedTuple):
    """KL of the first model from the second, a token: mean, 99th percentile and largest.

    agreement: the share of tokens on which both hold the same one for the most likely.
    """

    mean: float
    p99: float
    most: float
    agreement: float
    count_tokens: int


class Predictions(NamedTuple):
    """What a model predicts for each trained token: float32 log-probabilities in a file, (N, V)."""

    path: Path
    count_tokens: int

    def read(self) -> Floats:
        """The array, mapped and not loaded."""
        return np.load(self.path, mmap_mode="r")


def kl(expected: Floats, found: Floats) -> Floats:
    """KL(expected || found) of each row, in nats. Both are log-probabilities, shape (N, V)."""
    terms = np.exp(expected) * (expected - found)
    return np.maximum(terms.sum(axis=-1, dtype=np.float32), np.float32(0))


def predictions(
    model: Any, rows: "Sequence[Encoded]", path: Path, progress: Tell | None = None
) -> Predictions:
    """Write what a model predicts for the trained tokens of rows. Raises ValueError for none."""
    count, done, kept = count_predicted(rows), 0, None
    if not count:
        raise ValueError("no token of these rows is trained")
    for piece in _pieces(model, rows, progress):
        if kept is None:
            shape = (count, piece.shape[-1])
            kept = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
        kept[done : done + len(piece)] = piece
        done += len(piece)
    if kept is not None:
        kept.flush()
    return Predictions(path, count)


def divergences(
    expected: Sequence[Predictions],
    model: Any,
    rows: "Sequence[Encoded]",
    progress: Tell | None = None,
) -> list[Divergence]:
    """How far a model is from each of those whose predictions for the same rows are kept."""
    return compared([kept.read() for kept in expected], _pieces(model, rows, progress))


def compared(expected: Sequence[Floats], pieces: Iterator[Floats]) -> list[Divergence]:
    """The same of predictions that come in pieces, in order."""
    apart: list[list[Floats]] = [[] for _ in expected]
    alike, done = [0] * len(expected), 0
    for found in pieces:
        for number, every in enumerate(expected):
            wanted = every[done : done + len(found)]
            apart[number].append(kl(wanted, found))
            alike[number] += int((wanted.argmax(axis=-1) == found.argmax(axis=-1)).sum())
        done += len(found)
    joined = [np.concatenate(parts) for parts in apart]
    return [
        Divergence(
            float(one.mean()),
            float(np.percentile(one, 99)),
            float(one.max()),
            count / done,
            done,
        )
        for one, count in zip(joined, alike, strict=True)
    ]


def read_pieces(kept: Predictions) -> Iterator[Floats]:
    """What was predicted, piece by piece."""
    every = kept.read()
    step = max(1, MOST_LOGITS // every.shape[-1])
    for start in range(0, len(every), step):
        yield np.asarray(every[start : start + step])


def count_predicted(rows: "Sequence[Encoded]") -> int:
    """How many trained tokens there are; the first token of a row is never predicted."""
    return sum(int(row.is_trained[1:].sum()) for row in rows)


def forget() -> None:
    """Give back the memory of models that nothing refers to any more."""
    import mlx.core as mx

    gc.collect()
    mx.clear_cache()


def _pieces(model: Any, rows: "Sequence[Encoded]", progress: Tell | None) -> Iterator[Floats]:
    """Log-probabilities for the trained tokens of each row, in order, piece by piece."""
    for number, row in enumerate(rows):
        yield from _of_row(model, row)
        if progress is not None:
            progress(number + 1, len(rows), "rows")


def _of_row(model: Any, row: "Encoded") -> Iterator[Floats]:
    """The row goes through the model as a server reads a prompt: in steps, over a cache.

    Logits are computed only for steps in which a token is trained.
    """
    import mlx.core as mx
    from mlx_lm.models.cache import make_prompt_cache

    cache = make_prompt_cache(model)
    last = len(row.tokens) - 1
    start, step = 0, FEWEST_TOKENS
    while start < last:
        end = min(start + step, last)
        (wanted,) = np.nonzero(row.is_trained[start + 1 : end + 1])
        logits = model(mx.array(row.tokens[start:end])[None], cache=cache)[0]
        step = max(FEWEST_TOKENS, MOST_LOGITS // logits.shape[-1])
        if wanted.size:
            chosen = logits[mx.array(wanted)].astype(mx.float32)
            yield np.array(chosen - mx.logsumexp(chosen, axis=-1, keepdims=True))
        mx.eval([one.state for one in cache])
        start = end
