"""A project with a dataset of short rows, and the smallest model that is trained on it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curate.models.tiny import Shape, make_tiny
from curate.models.training.dataset import data_of
from curate.models.training.preflight import Order
from curate.models.training.running import train
from curate.models.training.settings import Settings
from curate.models.training.watching import Telling
from curate.project import Project
from curate.tracker import Run
from tests.models.conftest import CHAT_TEMPLATE, texts
from tests.rules import sound

# What every test trains with, unless it says otherwise: a step in a few tenths of a second.
QUICK = Settings(
    rank=4, layers=1, iterations=6, batch_size=4, learning_rate=1e-3, steps_per_report=1,
    steps_per_eval=3, save_every=3, max_seq_length=640,
)  # fmt: skip


def short_rows() -> dict[str, list[dict[str, Any]]]:
    """The sound dataset without its system prompt, each row with the one tool it calls, if any."""
    return {split: [short(row) for row in rows] for split, rows in sound.structured().items()}


def short(row: dict[str, Any]) -> dict[str, Any]:
    messages = row["messages"][1:]
    called = {call["function"]["name"] for m in messages for call in m.get("tool_calls", ())}
    tools = [tool for tool in row["tools"] if tool["function"]["name"] in called]
    return {"messages": messages, **({"tools": tools} if tools else {})}


def write_rows(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for split, some in rows.items():
        text = "".join(json.dumps(row) + "\n" for row in some)
        (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 32 thousand parameters."""
    pytest.importorskip("mlx.core")
    folder = tmp_path_factory.mktemp("models") / "smallest"
    shape = Shape(vocab=400, hidden=32, heads=2)
    make_tiny(texts(), CHAT_TEMPLATE.read_text(encoding="utf-8"), folder, shape)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose folder `data` is the short dataset; the working folder."""
    pytest.importorskip("mlx.core")
    monkeypatch.setenv("MLX_DISABLE_COMPILE", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpora").mkdir()
    write_rows(tmp_path / "data", short_rows())
    return Project(tmp_path)


class Heard(list[str]):
    """What a run says, line by line; `at` is called with each iteration that is shown."""

    def __init__(self, at: Callable[[int], None] = lambda _iteration: None) -> None:
        super().__init__()
        self.telling = Telling(self.append, self._progress)
        self._at, self.shown = at, list[str]()

    def _progress(self, done: int, total: int, what: str) -> None:
        if what.startswith("iterations"):
            self.shown.append(what)
            self._at(done)


@pytest.fixture
def trained(project: Project, smallest: Path) -> Callable[..., Run]:
    """Trains with QUICK and what is given besides."""

    def run(heard: Heard | None = None, **settings: Any) -> Run:
        order = Order(
            project, data_of(project, "data"), str(smallest), replace(QUICK, **settings).checked()
        )
        heard = Heard() if heard is None else heard
        return train(project, order, "data", heard.telling)

    return run
