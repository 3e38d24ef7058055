"""`curate model tiny`: a tiny model whose tokenizer is learned from a dataset of the project."""

import json
from pathlib import Path
from typing import NamedTuple

from curate.errors import CurateError
from curate.models.tiny import Shape, make_tiny
from curate.models.tiny_texts import tiny_texts
from curate.project import Project

CHAT_TEMPLATE = "qwen3_coder.jinja"


class Made(NamedTuple):
    """A model that was made: where, how large, and from how many texts of which dataset."""

    folder: str
    parameters: int
    vocab: int
    texts: int
    data: str
    seed: int


def make_tiny_from(
    project: Project, data: str, to: Path | None, shape: Shape, *, seed: int
) -> Made:
    """Write the model's folder: `to`, or out/models/tiny of the project.

    The same dataset, shape and seed give the same bytes. Raises CurateError for data that is not
    there, or that holds too little text for so many tokens.
    """
    place = _place_of(project, data)
    texts = list(tiny_texts(project, place))
    folder = project.out / "models" / "tiny" if to is None else to
    template = project.files("templates/models", CHAT_TEMPLATE)[CHAT_TEMPLATE]
    count = make_tiny(texts, template.read_text(encoding="utf-8"), folder, shape, seed)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return Made(project.shown(folder), count, config["vocab_size"], len(texts), data, seed)


def _place_of(project: Project, data: str) -> Path:
    """The folder of a corpus by its name, or the folder or file of this path."""
    corpus, path = project.out / data, Path(data)
    if "/" not in data and any(corpus.glob("train*")):
        return corpus
    if path.exists():
        return path
    built = sorted(found.parent.name for found in project.out.glob("*/train.jsonl"))
    raise CurateError(
        f"data {data}",
        "no corpus of this name is built, and there is no such folder"
        + (f"\nbuilt: {', '.join(built)}" if built else ""),
        f"build it first: curate build {data}, or give a folder with train.jsonl",
    )
