"""A model with fewer bits a weight, and which of its layers really have fewer.

    quantize(Order("out/runs/train-phase27-1/fused", target, Bits(5)))     # Quantized(...)

mlx-lm leaves a layer as it is where its input size does not divide by the group, and says nothing.
Here that is an error, with the layers' names, unless it is allowed.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.folders import weights_bytes
from curate.models.opening import open_weights
from curate.models.weights.fusing import bits_of
from curate.models.weights.placing import placed, refuse, write_model

BITS = (3, 4, 5, 6, 8)
LADDER = (4, 5, 6, 8)
DEFAULT_BITS = 5  # kept what 4 bits lost, in the record: 92 % against 60 %
GROUPS = (32, 64, 128)
DEFAULT_GROUP = 64
# What mlx-lm quantises otherwise than with a scale and a bias a group, and the only sizes of each.
MODES = {"affine": None, "mxfp4": (4, 32), "nvfp4": (4, 16), "mxfp8": (8, 32)}
SHOWN_LAYERS = 5


class Bits(NamedTuple):
    """Bits a weight, weights a group, and the mode of mlx-lm's."""

    bits: int = DEFAULT_BITS
    group_size: int = DEFAULT_GROUP
    mode: str = "affine"

    @property
    def name(self) -> str:
        """How the folder of such a model ends: 5bit, 5bit-g32, 4bit-mxfp4."""
        if self.mode != "affine":
            return f"{self.bits}bit-{self.mode}"
        return f"{self.bits}bit" + (
            f"-g{self.group_size}" if self.group_size != DEFAULT_GROUP else ""
        )


class Order(NamedTuple):
    """What is quantised, where to, and how far."""

    model: str
    target: Path
    to: Bits
    force: bool = False
    is_skipping_allowed: bool = False
    mark: dict[str, Any] | None = None  # of curate.json


class Quantized(NamedTuple):
    """A quantised model. bits_per_weight: achieved over all weights, scales and biases included.

    skipped: layer -> its input size, of those that the group does not divide; kept: those that the
    model's own rule in mlx-lm leaves whole.
    """

    folder: Path
    size_bytes: int
    bits_per_weight: float
    count_layers: int
    skipped: dict[str, int]
    kept: list[str]


def ladder_of(
    bits: Sequence[int], group_size: str | None, mode: str, *, is_ladder: bool
) -> list[Bits]:
    """What --bits, --group-size, --mode and --ladder come to, each once, the fewest bits first."""
    wanted = {*bits, *(LADDER if is_ladder else ())}
    group = int(group_size) if group_size else None
    return [bits_for(one, group, mode) for one in sorted(wanted) or [None]]


def bits_for(bits: int | None, group_size: int | None, mode: str) -> Bits:
    """The bits that are meant. Raises CurateError for a mode that has others."""
    fixed = MODES[mode]
    if fixed is None:
        return Bits(bits or DEFAULT_BITS, group_size or DEFAULT_GROUP, mode)
    if bits not in (None, fixed[0]) or group_size not in (None, fixed[1]):
        raise CurateError(
            f"--mode {mode}",
            f"has {fixed[0]} bits and groups of {fixed[1]}, and nothing else",
            "leave out --bits and --group-size, or the mode",
        )
    return Bits(*fixed, mode)


def quantize(order: Order) -> Quantized:
    """Quantise and place. Raises CurateError where layers were left as they are."""
    from mlx_lm.utils import compute_bits_per_weight

    refuse(order.target, force=order.force)
    opened = open_weights(order.model)
    if (bits := bits_of(opened.config)) is not None:
        raise CurateError(
            f"model {order.model}",
            f"it is quantised already, to {bits} bits",
            "quantise the model as it was before; curate fuse makes one that is not quantised",
        )
    sizes = quantisable(opened.model)
    model, config = _quantized(opened.model, opened.config, order.to)
    left = {name: size for name, size in sizes.items() if name in quantisable(model)}
    skipped = {name: size for name, size in left.items() if size % order.to.group_size}
    if not order.is_skipping_allowed or len(left) == len(sizes):
        check(order.model, sizes, skipped, order.to)
    if len(left) == len(sizes):
        raise CurateError(
            f"model {order.model}",
            "mlx-lm's own rule for it leaves every layer whole",
            "serve it as it is",
            exit_code=1,
        )
    mark = {"verb": "quantize", "model": order.model, **order.to._asdict(), **(order.mark or {})}
    with placed(order.target, mark, force=order.force) as folder:
        write_model(folder, model, config, opened.folder)
        size = weights_bytes(folder)
    achieved = float(compute_bits_per_weight(model))
    kept = sorted(left.keys() - skipped.keys())
    return Quantized(order.target, size, achieved, len(sizes) - len(left), skipped, kept)


def quantisable(model: Any) -> dict[str, int]:
    """The layers that could be quantised, embeddings too: name -> input size."""
    return {
        name: module.weight.shape[-1]
        for name, module in model.named_modules()
        if hasattr(module, "to_quantized")
    }


def check(model: str, sizes: Mapping[str, int], skipped: Mapping[str, int], to: Bits) -> None:
    """Raise CurateError where layers were skipped: their names, and what would take them along."""
    if not skipped:
        return
    names = ", ".join(f"{name} ({size})" for name, size in list(skipped.items())[:SHOWN_LAYERS])
    more = f" and {len(skipped) - SHOWN_LAYERS:,} more" if len(skipped) > SHOWN_LAYERS else ""
    fitting = [
        size
        for size in sorted(GROUPS, reverse=True)
        if to.mode == "affine" and not any(given % size for given in skipped.values())
    ]
    allow = "keep them whole with --allow-skipped" if len(skipped) < len(sizes) else ""
    remedy = [f"give --group-size {fitting[0]}"] if fitting else []
    raise CurateError(
        f"model {model}",
        f"{len(skipped):,} of {len(sizes):,} layers would not be quantised\n"
        f"their input size does not divide by a group of {to.group_size}: {names}{more}",
        ", or ".join([*remedy, *([allow] if allow else [])])
        or "serve it as it is: no group that mlx-lm has divides its layers",
        exit_code=1,
    )


def _quantized(model: Any, config: dict[str, Any], to: Bits) -> tuple[Any, dict[str, Any]]:
    """As mlx-lm quantises it, in silence."""
    from mlx_lm.utils import quantize_model

    with contextlib.redirect_stdout(io.StringIO()):
        return quantize_model(model, config, to.group_size, to.bits, mode=to.mode)
