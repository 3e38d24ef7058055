"""A model with its weights, as mlx-lm opens it, with or without an adapter.

    opened = open_weights("models/tiny", adapter=Path("out/runs/phase27-1/adapter"))
    opened.model(mx.array([[1, 2, 3]]))       # logits
    opened.tokenizer.apply_chat_template(...)  # mlx-lm's wrapper

The tokenizer alone, without mlx, is `curate.datasets.tokens.opening.open_model`.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.folders import model_folder

NEEDED = "config.json, *.safetensors, tokenizer.json and tokenizer_config.json"


class Opened(NamedTuple):
    """A model of mlx-lm's, its wrapper around the tokenizer, its config.json, and its folder."""

    model: Any
    tokenizer: Any
    config: dict[str, Any]
    folder: Path


def open_weights(name: str, adapter: Path | None = None) -> Opened:
    """A local model and its adapter, ready for use. Raises CurateError where they do not open."""
    require_mlx(f"model {name}")
    import mlx_lm

    folder = weights_folder(name)
    try:
        _check_depth(folder)
        path = str(adapter) if adapter else None
        loaded: Any = mlx_lm.load(str(folder), adapter_path=path, return_config=True)
        if adapter is not None:
            _check_adapter(loaded[0], adapter)
        _check_numbers(loaded[0])
        loaded[1].convert_ids_to_tokens(list(loaded[1].eos_token_ids))
    except Exception as error:  # noqa: BLE001  mlx-lm, safetensors and tokenizers raise all kinds
        told = " ".join(str(error).split())[:300]
        raise CurateError(
            f"model {name}" + (f" with adapter {adapter}" if adapter else ""),
            f"cannot be opened\n{type(error).__name__}: {told}",
            f"give a model's folder, with {NEEDED}"
            + (", and an adapter that was trained on it" if adapter else ""),
        ) from None
    return Opened(*loaded, folder)


def weights_folder(name: str) -> Path:
    """The folder of a local model. Raises CurateError where there is none, or it is no model."""
    folder = model_folder(name, f"model {name}", NEEDED)
    missing = [one for one in ("config.json", "*.safetensors") if not any(folder.glob(one))]
    if missing:
        raise CurateError(
            f"model {name}",
            f"is no model's folder: it has no {' and no '.join(missing)}",
            f"give a model's folder, with {NEEDED}",
        )
    return folder


def _check_depth(folder: Path) -> None:
    """Raise ValueError for a config.json with more layers than weights: it is built without end."""
    from safetensors import safe_open

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    count = 0
    for path in folder.glob("*.safetensors"):
        if not path.is_file():
            raise ValueError(f"{path.name} is no file")
        with safe_open(path, framework="numpy") as weights:
            count += len(weights.keys())
    for place in (config, config.get("text_config")):
        layers = place.get("num_hidden_layers") if isinstance(place, dict) else None
        if isinstance(layers, int) and layers > count:
            raise ValueError(f"config.json says {layers:,} layers, and there are {count:,} weights")


def _check_adapter(model: Any, adapter: Path) -> None:
    """Raise ValueError where weights of an adapter are not the model's: mlx-lm leaves them out."""
    from mlx.utils import tree_flatten
    from safetensors import safe_open

    known: Any = dict(tree_flatten(model.parameters()))
    with safe_open(adapter / "adapters.safetensors", framework="numpy") as weights:
        names = list(weights.keys())
    other = [name for name in names if name not in known]
    if other or not names:
        told = (
            f"{len(other):,} of its {len(names):,} weights, such as {other[0]}" if other else "none"
        )
        raise ValueError(f"the adapter has weights that the model has not: {told}")


def _check_numbers(model: Any) -> None:
    """Raise ValueError where shapes do not fit, or what comes out of the model is no number."""
    import mlx.core as mx

    if mx.isnan(model(mx.array([[0]]))).any().item():
        raise ValueError("its weights hold what is no number (NaN), or grow beyond all numbers")


def require_mlx(where: str) -> None:
    """Raise CurateError where mlx-lm is not installed."""
    if find_spec("mlx_lm") is None or find_spec("mlx") is None:
        raise CurateError(
            where, "mlx-lm is not installed", "run: uv sync --extra train, or install mlx-lm"
        )
