"""A project in which two models were trained and scored: what the tracker holds of them."""

import os
from pathlib import Path
from typing import Any

import pytest

from curate.project import Project
from curate.tracker import Run, record

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> & $x^2$"
PROMPTS = [  # prompt_id, category, tool or direct
    ("where-is-app", "search", True),
    ("who-calls-it", "search", True),
    ("is-it-clean", "git", True),
    ("what-is-a-fixture", "direct", False),
]
BASE = {"size_bytes": 2_000_000, "peak_memory_bytes": 3_000_000, "load_seconds": 0.5}
STARTED = "2027-01-01T10:00:00+00:00"


def score_run(run_id: str, model: str, right: list[bool], **given: Any) -> None:
    """Record a score on the suite phase27: what is right of PROMPTS, in their order."""
    project = given.pop("project")
    rows = [
        {
            "suite": "phase27",
            "prompt_id": prompt_id,
            "category": category,
            "prompt": f"{prompt_id}, <b>please</b>?",
            "is_right": is_right,
            "expected": ["run_command"] if is_tool else [],
            "called": ["run_command"] if is_tool == is_right else [],
            "reasons": [] if is_right else [{"code": "wrong_tool", "evidence": "none was called"}],
            "reply": given.get("reply", f"{model} says {prompt_id}"),
            "seconds": 0.25,
            "is_tool_expected": is_tool,
            "is_tool_called": is_tool == is_right,
        }
        for (prompt_id, category, is_tool), is_right in zip(PROMPTS, right, strict=False)
    ]
    decision = {"decision": {"share": 0.75}}
    metrics = {**BASE, "reply_seconds": 0.25, "tokens_per_second": 80.0, **given.get("metrics", {})}
    run = Run(
        run_id=run_id,
        verb="score",
        corpus="phase27",
        model=model,
        adapter=given.get("adapter"),
        data_sha256=None,
        settings={"suite": "phase27"},
        metrics={**metrics, "baselines": {"always_tool": decision, "never_tool": decision}},
        versions={},
        folder=f"out/runs/{run_id}",
        started=given.get("started", STARTED),
        seconds=1.0,
        state="done",
    )
    record(project, run, replies=rows)


def train_run(project: Project, run_id: str, corpus: str, model: str) -> Path:
    """Record a training run with three steps; its folder, with an adapter and a fused model."""
    folder = project.out / "runs" / run_id
    for name in ("adapter", "fused"):
        weights(folder / name)
    (folder / "adapter/adapters.safetensors").write_bytes(b"w")
    (folder / "adapter/adapter_config.json").write_text("{}")
    run = Run(
        run_id=run_id,
        verb="train",
        corpus=corpus,
        model=model,
        adapter=f"out/runs/{run_id}/adapter",
        data_sha256=None,
        settings={"data": f"out/{corpus}"},
        metrics={},
        versions={},
        folder=f"out/runs/{run_id}",
        started="2026-12-31T10:00:00+00:00",
        seconds=60.0,
        state="done",
    )
    steps = [
        {"iteration": 10, "loss": 3.0, "valid_loss": None},
        {"iteration": 20, "loss": 2.0, "valid_loss": 2.25},
        {"iteration": 30, "loss": 1.0, "valid_loss": 1.5},
    ]
    record(project, run, steps=steps)
    return folder


def weights(folder: Path) -> None:
    """A folder as that of a model, its weights older than STARTED."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"w")
    os.utime(folder / "model.safetensors", (1_700_000_000, 1_700_000_000))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """models/tiny, its adapter and its fused model of the run train-phase27-1, all scored."""
    (tmp_path / "corpora").mkdir()
    weights(tmp_path / "models/tiny")
    found = Project(tmp_path)
    monkeypatch.chdir(tmp_path)
    folder = train_run(found, "train-phase27-1", "phase27", "models/tiny")
    os.utime(folder / "adapter/adapters.safetensors", (1_700_000_000, 1_700_000_000))
    base = str(tmp_path / "models/tiny")
    score_run("score-phase27-1", base, [False, False, False, True], project=found)
    score_run(
        "score-phase27-2",
        base,
        [True, True, True, True],
        project=found,
        adapter=str(folder / "adapter"),
        reply=HOSTILE,
    )
    score_run(
        "score-phase27-3",
        str(folder / "fused"),
        [True, True, False, True],
        project=found,
        metrics={"size_bytes": 500_000},
    )
    return found
