"""A model with its weights, as mlx-lm opens it, with or without an adapter.

    opened = open_weights("models/tiny", adapter=Path("out/runs/phase27-1/adapter"))
    opened.model(mx.array([[1, 2, 3]]))       # logits
    opened.tokenizer.apply_chat_template(...)  # mlx-lm's wrapper

The tokenizer alone, without mlx, is `curate.datasets.tokens.opening.open_model`.
"""

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
        path = str(adapter) if adapter else None
        loaded: Any = mlx_lm.load(str(folder), adapter_path=path, return_config=True)
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


def require_mlx(where: str) -> None:
    """Raise CurateError where mlx-lm is not installed."""
    if find_spec("mlx_lm") is None or find_spec("mlx") is None:
        raise CurateError(
            where, "mlx-lm is not installed", "run: uv sync --extra train, or install mlx-lm"
        )
