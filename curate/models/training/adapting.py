"""A model made trainable: adapters put in and all else frozen, or all of its weights unfrozen.

adapt(model, Settings(kind="dora", rank=8, layers=4))
write_config(folder, settings, model, "models/tiny")     # adapter_config.json, as mlx-lm loads it

mlx-lm's own `full` trains the blocks and leaves embeddings, last norm and head as they are; ours
trains all weights.
"""

import json
from pathlib import Path
from typing import Any

from curate.models.training.settings import Settings

CONFIG = "adapter_config.json"


def adapt(model: Any, settings: Settings) -> None:
    """Make the model trainable as the settings say. What does not fit is `unfit`'s to tell."""
    from mlx_lm.tuner.utils import linear_to_lora_layers

    model.freeze()
    if settings.kind == "full":
        model.unfreeze()
        return
    layers = depth(model) if settings.layers < 0 else settings.layers
    parameters = {"keys": None, **(settings.lora_parameters or {})}
    linear_to_lora_layers(model, layers, parameters, use_dora=settings.kind == "dora")


def unfit(model: Any, settings: Settings) -> list[tuple[str, str, str]]:
    """Why the settings do not fit a model that is not adapted yet: (setting, what, fix)."""
    count = depth(model)
    found = []
    if settings.layers > count:
        what = f"{settings.layers} are to be trained, and the model has {count}"
        found.append(("layers", what, f"give --layers {count}, or -1 for all of them"))
    layers = linear_layers(model)
    if settings.kind == "full":
        if any(is_quantized for _, _, is_quantized in layers.values()):
            what = "a quantised model cannot be trained in full: its weights are whole numbers"
            found.append(("type", what, "give --type lora, or a model that is not quantised"))
        return found
    if missing := [key for key in settings.keys if key not in layers]:
        fix = f"its blocks have {', '.join(layers)}"
        found.append(("keys", f"no block has {', '.join(missing)}", fix))
    wanted = {key: shape for key, shape in layers.items() if key in (settings.keys or layers)}
    name, least = min(
        ((key, min(rows, columns)) for key, (rows, columns, _) in wanted.items()),
        key=lambda one: one[1],
        default=("", settings.rank),
    )
    if settings.rank > least:
        what = f"{settings.rank} is more than {name} has: {least}"
        found.append(("rank", what, f"give --rank {least} or less, or --type full"))
    return found


def depth(model: Any) -> int:
    """How many blocks a model has."""
    return len(model.layers)


def linear_layers(model: Any) -> dict[str, tuple[int, int, bool]]:
    """The linear layers of the blocks by their name: rows, columns, and whether it is quantised."""
    from mlx import nn
    from mlx_lm.models.switch_layers import QuantizedSwitchLinear, SwitchLinear

    quantized = (nn.QuantizedLinear, QuantizedSwitchLinear)
    found = {}
    for block in model.layers:
        for name, module in block.named_modules():
            if isinstance(module, (nn.Linear, SwitchLinear, *quantized)):
                *_, rows, columns = module.weight.shape  # experts may stand first
                is_quantized = isinstance(module, quantized)
                if is_quantized:
                    columns = columns * 32 // module.bits
                found[name] = (rows, columns, is_quantized)
    return dict(sorted(found.items()))


def count_parameters(model: Any) -> tuple[int, int]:
    """Those that are trained, and all."""
    from mlx.utils import tree_flatten
    from mlx_lm.utils import get_total_parameters

    arrays: Any = tree_flatten(model.trainable_parameters())
    trained = sum(array.size for _, array in arrays)
    return trained, get_total_parameters(model)


def write_config(folder: Path, settings: Settings, model: Any, name: str) -> None:
    """Write what mlx-lm needs to load the adapter that lies in this folder."""
    config = {
        "model": name,
        "fine_tune_type": settings.kind,
        "num_layers": depth(model) if settings.layers < 0 else settings.layers,
        "lora_parameters": settings.lora_parameters,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
