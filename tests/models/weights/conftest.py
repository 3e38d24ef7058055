"""Adapters with a delta of known size, planted into the tiny model, and rows to compare on."""

import json
from pathlib import Path

import pytest

from tests.rules import sound

PARAMETERS = {"rank": 4, "scale": 2.0, "dropout": 0.0}


def plant(model: Path, folder: Path, size: float, *, kind: str = "lora", seed: int = 3) -> Path:
    """Write an adapter whose `lora_b` is random, of this size; with kind full, weights moved."""
    import mlx.core as mx
    import mlx_lm
    from mlx.utils import tree_flatten
    from mlx_lm.tuner.utils import linear_to_lora_layers

    mx.random.seed(seed)
    opened, _ = mlx_lm.load(str(model))[:2]
    if kind != "full":
        linear_to_lora_layers(opened, 2, PARAMETERS, use_dora=kind == "dora")
    weights = {}
    for name, array in tree_flatten(opened.parameters()):
        leaf = name.rpartition(".")[2]
        if kind == "full" and ".layers." in name:
            weights[name] = array + size * mx.random.normal(array.shape)
        elif leaf == "lora_b":
            weights[name] = size * mx.random.normal(array.shape)
        elif leaf in ("lora_a", "m") and kind != "full":
            weights[name] = array
    folder.mkdir(parents=True)
    mx.save_safetensors(str(folder / "adapters.safetensors"), weights)
    config = {"fine_tune_type": kind, "num_layers": 2, "lora_parameters": PARAMETERS}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


def write_data(folder: Path) -> Path:
    """The sound dataset's rows as a folder that can be trained on."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, rows in sound.structured().items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def adapter(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that changes what the tiny model says a good deal."""
    return plant(tiny, tmp_path_factory.mktemp("adapter") / "adapter", 0.3)


@pytest.fixture(scope="session")
def rows(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> list:
    """Rows of valid with 100 trained tokens."""
    from curate.models.weights.measured import measured_rows

    return measured_rows(write_data(tmp_path_factory.mktemp("data")), str(tiny), 100)
