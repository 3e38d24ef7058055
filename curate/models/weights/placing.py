"""A model's folder that appears whole or not at all, and replaces only what curate itself wrote.

    with placed(Path("out/runs/train-phase27-1/fused"), {"verb": "fuse"}, force=False) as folder:
        save_model(folder, model)      # the block ends well: the folder has its name

`curate.json` in a folder says who wrote it: what lacks it is somebody else's, and stays.
"""

import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.sources.atomic import sweep, temporary_beside

MARK = "curate.json"
# What mlx-lm downloads of a model, but for its weights and config.json: copied byte for byte.
BESIDE = ("*.json", "*.jinja", "*.py", "*.txt", "*.model", "*.tiktoken", "*.jsonl")
NOT_BESIDE = ("config.json", MARK, "adapter_config.json")


def refuse(target: Path, *, force: bool) -> None:
    """Raise CurateError where a model may not be written."""
    if not target.exists() and not target.is_symlink():
        return
    is_empty = target.is_dir() and not any(target.iterdir())
    if is_empty and not target.is_symlink():
        return
    if target.is_symlink() or not (target / MARK).is_file():
        raise CurateError(
            str(target),
            "holds something that curate did not write",
            "name another folder with --to, or move it away",
        )
    if not force:
        raise CurateError(
            str(target), "is there already", "replace it with --force, or name another with --to"
        )


@contextmanager
def placed(target: Path, mark: Mapping[str, Any], *, force: bool) -> Generator[Path]:
    """A folder to write into; it gets its name when the block ends well, else it goes.

    Raises CurateError as `refuse` does.
    """
    refuse(target, force=force)
    sweep(target.parent)
    with scratch_beside(target) as folder:
        yield folder
        text = json.dumps(mark, indent=2, ensure_ascii=False, default=str)
        (folder / MARK).write_text(text + "\n", encoding="utf-8")
        _exchange(folder, target, force=force)


@contextmanager
def scratch_beside(target: Path) -> Generator[Path]:
    """A folder on the same disk for what is large and soon gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = temporary_beside(target)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exchange(made: Path, target: Path, *, force: bool) -> None:
    """Give the new folder its name; what had it goes aside first, and comes back on failure."""
    refuse(target, force=force)  # it may have come meanwhile
    if not target.exists():
        made.rename(target)
        return
    aside = temporary_beside(target)
    target.rename(aside)
    try:
        made.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def write_model(folder: Path, model: Any, config: dict[str, Any], source: Path) -> None:
    """Write a model: its weights and config.json, and the files of `source` beside them as is."""
    from mlx_lm.utils import save_config, save_model

    for pattern in BESIDE:
        for path in sorted(source.glob(pattern)):
            if path.name not in NOT_BESIDE and not path.name.endswith(".safetensors.index.json"):
                shutil.copyfile(path, folder / path.name)
    save_model(folder, model)
    keep_vision_config = "vision_tower" in getattr(model, "model", {})
    save_config(config, folder / "config.json", keep_vision_config=keep_vision_config)
