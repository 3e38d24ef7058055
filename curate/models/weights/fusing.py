"""An adapter fused into its base: a folder that needs no adapter, and says what the adapter said.

    fuse(Order("models/tiny", adapter, target), rows)      # Fused(lost_fraction=1e-9, ...)

A quantised base is dequantised first. Rounded to the base's few bits again, the fused weights would
lose most of what training changed in them: 60 % of replies were right that way, 92 % without it.
The folder that was written is opened again and compared with the adapter before it gets its name.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.folders import weights_bytes
from curate.models.opening import Opened, open_weights
from curate.models.training.masking import Encoded
from curate.models.weights.divergence import (
    Divergence,
    Predictions,
    Tell,
    divergences,
    forget,
    predictions,
)
from curate.models.weights.placing import placed, refuse, scratch_beside, write_model

# What a fuse may lose of what was learned. Chosen by us, 2026-11-21 (LOG.md).
MOST_LOST = 0.01
# KL a token that may come of rounding alone, by the type of the weights: on two layers 1e-7 and
# 3e-4 were measured for the first and the last (2026-11-21, LOG.md), and there are deeper models.
NOISE = {"float32": 1e-6, "float16": 1e-4, "bfloat16": 1e-3}


class Order(NamedTuple):
    """What is fused into what, and where to."""

    model: str
    adapter: Path
    target: Path
    force: bool = False
    mark: dict[str, Any] | None = None  # of curate.json


class Fused(NamedTuple):
    """A fused model. lost_fraction: of what training changed, KL to KL.

    bits: those that the base was quantised to, None where it was not.
    """

    folder: Path
    size_bytes: int
    count_layers: int
    bits: int | None
    from_adapter: Divergence
    learned: Divergence
    lost_fraction: float


def fuse(order: Order, rows: Sequence[Encoded], progress: Tell | None = None) -> Fused:
    """Fuse, check and place. Raises CurateError where the fused model is not what was trained."""
    refuse(order.target, force=order.force)
    tuned = open_weights(order.model, order.adapter)
    bits = bits_of(tuned.config)
    mark = {"verb": "fuse", "model": order.model, "adapter": str(order.adapter)}
    with scratch_beside(order.target) as scratch:
        said = predictions(tuned.model, rows, scratch / "tuned.npy", progress)
        with placed(order.target, {**mark, **(order.mark or {})}, force=order.force) as folder:
            count = fuse_layers(tuned)
            write_model(folder, tuned.model, tuned.config, tuned.folder)
            kind = _kind(tuned.model)
            del tuned
            learned, gap = (
                _distance(said, name, rows, progress) for name in (order.model, str(folder))
            )
            lost = lost_fraction(gap, learned)
            check(order.target, gap, learned, kind)
            size = weights_bytes(folder)
    return Fused(order.target, size, count, bits, gap, learned, lost)


def fuse_layers(opened: Opened) -> int:
    """Fuse the adapter of an opened model in place, without quantised layers; how many were fused.

    A full fine-tune has no such layers: its weights are the model's already. Raises CurateError for
    a kind of layer that mlx-lm cannot dequantise.
    """
    from mlx.utils import tree_unflatten
    from mlx_lm.utils import dequantize_model

    model: Any = opened.model
    fused = [
        (name, module.fuse(dequantize=True))
        for name, module in model.named_modules()
        if hasattr(module, "fuse")
    ]
    if fused:
        model.update_modules(tree_unflatten(fused))
    if bits_of(opened.config) is not None:
        dequantize_model(model)
        left = [name for name, module in model.named_modules() if hasattr(module, "bits")]
        if left:
            raise CurateError(
                f"model {opened.folder}",
                f"mlx-lm cannot dequantise these layers: {', '.join(left[:5])}",
                "fuse into the model as it was before it was quantised: --model",
            )
        for key in ("quantization", "quantization_config"):
            opened.config.pop(key, None)
    return len(fused)


def check(target: Path, gap: Divergence, learned: Divergence, kind: str) -> None:
    """Raise CurateError where a fused model is further from the adapter than rounding takes it."""
    lost = lost_fraction(gap, learned)
    if gap.mean <= NOISE.get(kind, NOISE["bfloat16"]) or lost <= MOST_LOST:
        return
    raise CurateError(
        str(target),
        f"the fused model is not what was trained: {lost:.1%} of it is lost\n"
        f"KL from the adapter is {gap.mean:.2g} a token, and the base's is {learned.mean:.2g}; "
        f"both choose the same token in {gap.agreement:.1%} of {gap.count_tokens:,}",
        "nothing was written; see that the adapter was trained on this model, and report it if so",
        exit_code=1,
    )


def lost_fraction(gap: Divergence, learned: Divergence) -> float:
    """The share of what was learned that is missing; 0 where nothing was learned or lost."""
    return gap.mean / learned.mean if learned.mean else float(gap.mean > 0)


def bits_of(config: dict[str, Any]) -> int | None:
    """The bits that a model's weights are quantised to."""
    for key in ("quantization", "quantization_config"):
        found = config.get(key)
        if isinstance(found, dict):
            return int(found.get("bits", 4))
    return None


def _kind(model: Any) -> str:
    """The type of a model's weights: float32, bfloat16 or float16."""
    from mlx.utils import tree_flatten

    sizes: dict[str, int] = {}
    arrays: dict[str, Any] = dict(tree_flatten(model.parameters()))
    for array in arrays.values():
        name = str(array.dtype).removeprefix("mlx.core.")
        sizes[name] = sizes.get(name, 0) + array.size
    return max(sizes, key=lambda name: sizes[name])


def _distance(
    said: Predictions, name: str, rows: Sequence[Encoded], progress: Tell | None
) -> Divergence:
    """Open a model, measure it and let it go."""
    opened = open_weights(name)
    try:
        return divergences([said], opened.model, rows, progress)[0]
    finally:
        del opened
        forget()
