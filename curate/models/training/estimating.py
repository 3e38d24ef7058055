"""What a training will take of memory and disk, before it is tried. `curate probe` measures it.

    needed = memory_needed(model, settings, width=2049, config=config)
    needed > memory_free()

An estimate: weights, gradients and the optimizer's two moments are counted; what a step holds of
its activations is a few floats for each place of each layer, fitted to measurements.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curate.models.training.keeping import KEPT
from curate.models.training.settings import Settings

# Floats that a step holds at its peak, for each of these; chosen by us, 2026-11-21, to lie a little
# above what mlx 0.32 on a CPU takes in 12 shapes of one model (docs/training.md).
PER_LOGIT, PER_HIDDEN, PER_SAVED, PER_SCORE = 3.7, 34, 18, 2.2
MOVED = 3  # gradient and two moments of each trained weight
CGROUP = Path("/sys/fs/cgroup")


def memory_needed(
    model: Any, settings: Settings, *, rows: int, width: int, config: Mapping[str, Any]
) -> int:
    """Bytes at the peak of a step over so many rows of this width, for a model that is adapted."""
    weights, trained, item = _bytes(model)
    text = config.get("text_config", config)
    layers, hidden = len(model.layers), int(text.get("hidden_size", 0))
    heads, vocab = int(text.get("num_attention_heads", 1)), int(text.get("vocab_size", 0))
    places = rows * width
    held = 1 if settings.grad_checkpoint else layers
    floats = places * vocab * PER_LOGIT
    floats += places * hidden * (PER_HIDDEN * held + PER_SAVED * (layers - held))
    floats += places * width * heads * PER_SCORE * held
    return int(weights + trained * MOVED + floats * item)


def disk_needed(model: Any) -> int:
    """Bytes of the checkpoints that a run keeps, the one that it writes, and its adapter."""
    _, trained, _ = _bytes(model)
    return trained * (MOVED * (KEPT + 1) + 2)


def memory_free(device: Any = None) -> int:
    """Bytes that a process may still take: of the GPU where there is one, else of this machine."""
    import mlx.core as mx

    if (device or mx.default_device()) == mx.Device(mx.gpu):
        told = mx.device_info()
        size = told.get("max_recommended_working_set_size") or told.get("memory_size")
        if size:
            return int(size) - mx.get_active_memory()
    return min(_free_of_machine(), _free_of_group())


def disk_free(folder: Path) -> int:
    """Bytes that are free where a folder is, or will be."""
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    return shutil.disk_usage(there).free


def _bytes(model: Any) -> tuple[int, int, int]:
    """Of all weights, of those that are trained, and of one float."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    every: Any = dict(tree_flatten(model.parameters()))
    trained: Any = dict(tree_flatten(model.trainable_parameters()))
    floats = (mx.float32, mx.float16, mx.bfloat16)
    items = [
        one.dtype.size for name, one in every.items() if one.dtype in floats and "norm" in name
    ]
    total, moved = (sum(one.nbytes for one in some.values()) for some in (every, trained))
    return total, moved, max(items, default=4)


def _free_of_machine() -> int:
    told = Path("/proc/meminfo")
    if told.is_file():
        for line in told.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _free_of_group() -> int:
    """What a container may still take; as good as endless without a limit."""
    try:
        limit = (CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = (CGROUP / "memory.current").read_text(encoding="ascii")
        return int(limit) - int(used)
    except (OSError, ValueError):  # no group, or `max`
        return 2**62
