"""The rows that a model is trained on: a corpus in out/, or a folder of JSONL files.

    data = data_of(project, "phase27")     # Data(name="phase27", folder=out/phase27, sha256="...")
    read_split(data.folder, "valid")       # [{"messages": [...], "tools": [...]}, ...]

Rows are read as mlx-lm reads them: an object a line. Blank lines are left out.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from curate.datasets.decoding import is_too_deep
from curate.datasets.row import SPLITS
from curate.errors import CurateError
from curate.project import Project

NEEDED = "train.jsonl and valid.jsonl"


class Data(NamedTuple):
    """A dataset: its name, its folder, and what tells it from every other one.

    sha256: of manifest.json, which names the sha256 of every file; else of the files themselves.
    """

    name: str
    folder: Path
    sha256: str


def data_of(project: Project | None, text: str) -> Data:
    """A dataset by a corpus' name, or by its folder. Raises CurateError where there is none."""
    built = None if project is None or "/" in text else project.out / text
    for folder in (built, Path(text)):
        if folder is not None and (folder / "train.jsonl").is_file():
            return Data(folder.resolve().name, folder, _sha256(folder))
    if Path(text).is_dir():
        raise CurateError(
            f"data {text}", "has no train.jsonl", f"give a folder with {NEEDED}, as mlx-lm reads it"
        )
    names = _built(project)
    what = "no corpus of this name is built, and there is no such folder"
    raise CurateError(
        f"data {text}",
        f"{what}\nbuilt: {', '.join(names)}" if names else what,
        f"build it first: curate build {text}, or give a folder with {NEEDED}",
    )


def read_split(folder: Path, split: str) -> list[dict[str, Any]]:
    """The rows of a split. Raises CurateError where it is missing, or a line of it is no object."""
    path = folder / f"{split}.jsonl"
    if not path.is_file():
        raise CurateError(str(path), "there is no such file", f"give a folder with {NEEDED}")
    rows = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                rows.append(_row(line, f"{path}:{number}"))
    return rows


def splits_of(folder: Path) -> list[str]:
    """The splits that a folder has."""
    return [split for split in SPLITS if (folder / f"{split}.jsonl").is_file()]


def _row(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        told = str(error)
    else:
        if isinstance(row, dict) and not is_too_deep(row):
            return row
        told = "nested too deep" if isinstance(row, dict) else f"a {type(row).__name__}"
    raise CurateError(
        where, f"is no JSON object: {told}", f"look at the file: curate audit {Path(where).parent}"
    )


def _sha256(folder: Path) -> str:
    manifest = folder / "manifest.json"
    if manifest.is_file():
        return hashlib.sha256(manifest.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for split in splits_of(folder):
        digest.update(f"{split}\0".encode())
        digest.update(hashlib.sha256((folder / f"{split}.jsonl").read_bytes()).digest())
    return digest.hexdigest()


def _built(project: Project | None) -> list[str]:
    if project is None or not project.out.is_dir():
        return []
    return sorted(path.parent.name for path in project.out.glob("*/train.jsonl"))
