"""Modules of the installed mlx-lm, loaded without mlx: its tokenizer's wrapper, its tool parsers.

    lent("tool_parsers.qwen3_coder").parse_tool_call(text, tools)

`import mlx_lm` itself loads mlx and the models. These modules need neither.
"""

import importlib
import os
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from curate.errors import CurateError

LENT = "mlx_lm_lent"  # the package's name here; the real `mlx_lm` can be imported beside it


def lent(name: str) -> Any:
    """A module of mlx-lm by its name in the package. Raises CurateError where mlx-lm is missing."""
    if LENT not in sys.modules:
        package = ModuleType(LENT)
        package.__path__ = _folders()
        sys.modules[LENT] = package
    # else transformers warns that there is no torch, which no tokenizer needs
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # --jobs says how many cores
    return importlib.import_module(f"{LENT}.{name}")


def _folders() -> list[str]:
    spec = find_spec("mlx_lm")
    if spec is None or not spec.submodule_search_locations or find_spec("transformers") is None:
        raise CurateError(
            "--tokenizer",
            "mlx-lm is not installed\nits own tokenizer and parsers are what rows are read with",
            "run: uv sync --extra train",
        )
    return list(spec.submodule_search_locations)
