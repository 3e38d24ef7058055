"""A tiny model of our own, to prove a pipeline with: it trains in minutes on a CPU.

    make_tiny(["def f(): ..."], chat_template, Path("out/models/tiny"), Shape())

A folder as mlx-lm, transformers and curate open it: the Qwen3 architecture with random weights in
float32, a byte-level BPE that was learned from texts, and a chat template. It knows nothing.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.models.opening import require_mlx
from curate.models.weights.placing import MARK

MARKED = {"verb": "model tiny"}  # in the folder's curate.json: what lacks it is not replaced
END = "<|im_end|>"
SPECIAL = ("<|endoftext|>", "<|im_start|>", END)
TAGS = ("<tool_call>", "</tool_call>")  # a token each, though no special one, as in Qwen3


@dataclass(frozen=True)
class Shape:
    """Sizes of a model. With these it has 107 thousand parameters."""

    vocab: int = 512
    hidden: int = 64
    layers: int = 2
    heads: int = 4
    max_positions: int = 8192


def make_tiny(
    texts: Iterable[str], chat_template: str, folder: Path, shape: Shape, seed: int = 0
) -> int:
    """Write a model's folder, and return the number of its parameters.

    The same texts, shape and seed give the same bytes. Raises CurateError for a folder that holds
    something else, or sizes that do not fit.
    """
    require_mlx("curate model tiny")
    _refuse(folder, shape)
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    size = _write_tokenizer(texts, chat_template, beside, shape)
    config = _config(shape, size)
    (beside / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    count = _write_weights(config, beside, seed)
    (beside / MARK).write_text(json.dumps(MARKED, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return count


def _refuse(folder: Path, shape: Shape) -> None:
    where = "curate model tiny"
    if folder.exists() and any(folder.iterdir()) and not _is_ours(folder):
        raise CurateError(where, f"{folder} holds something else", "name an empty folder")
    if shape.hidden % (shape.heads * 2) or shape.hidden % 32:
        raise CurateError(
            where,
            f"a hidden size of {shape.hidden} cannot be shared by {shape.heads} heads and "
            "quantised in groups of 32",
            "give a multiple of 32 and of twice the heads",
        )


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a tiny model that this wrote: a real one is somebody's gigabytes."""
    try:
        return json.loads((folder / MARK).read_text(encoding="utf-8")) == MARKED
    except (OSError, ValueError):
        return False


def _write_tokenizer(texts: Iterable[str], chat_template: str, folder: Path, shape: Shape) -> int:
    """The number of tokens that were learned; fewer than asked for where there is little text."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # it misses a PyTorch
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=shape.vocab - len(TAGS),
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=SPECIAL[0]
    )
    wrapped.chat_template = chat_template
    wrapped.save_pretrained(folder)
    return len(wrapped)


def _config(shape: Shape, size: int) -> dict[str, Any]:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "intermediate_size": shape.hidden * 2,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": max(1, shape.heads // 2),
        "head_dim": shape.hidden // shape.heads,
        "vocab_size": size,
        "max_position_embeddings": shape.max_positions,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10_000.0,
        "tie_word_embeddings": True,
        "eos_token_id": SPECIAL.index(END),
        "torch_dtype": "float32",
    }


def _write_weights(config: dict[str, Any], folder: Path, seed: int) -> int:
    """The number of parameters, each drawn anew from the seed."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_lm.models import qwen3

    mx.random.seed(seed)
    model = qwen3.Model(qwen3.ModelArgs.from_dict(config))
    weights: dict[str, Any] = dict(tree_flatten(model.parameters()))
    mx.eval(weights)
    mx.save_safetensors(str(folder / "model.safetensors"), weights, metadata={"format": "mlx"})
    return sum(array.size for array in weights.values())
