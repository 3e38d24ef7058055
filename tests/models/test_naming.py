"""What a model is called on the command line is the folder, adapter or endpoint that was meant."""

from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.models.naming import Named, Trained, resolve, training_run
from curate.project import Project
from curate.tracker import Run, record


def trained(project: Project, number: int, corpus: str = "phase27", state: str = "done") -> Path:
    """Record a training run, with an adapter in its folder."""
    run_id = f"train-{corpus}-{number}"
    folder = project.out / "runs" / run_id
    write_adapter(folder / "adapter")
    record(
        project,
        Run(run_id, "train", corpus, "org/base", f"out/runs/{run_id}/adapter", "f00d",
            {"data": f"out/{corpus}"}, {}, {}, f"out/runs/{run_id}",
            f"2026-11-2{number}T10:00:00Z", 1.0, state),
    )  # fmt: skip
    return folder


def write_adapter(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("adapters.safetensors", "adapter_config.json"):
        (folder / name).touch()
    return folder


def write_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").touch()
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    (tmp_path / "corpora").mkdir()
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def told(project: Project, text: str, **options) -> str:
    with pytest.raises(CurateError) as raised:
        resolve(project, text, **options)
    return str(raised.value)


def test_a_path_and_a_name_are_taken_as_they_are(project: Project):
    write_model(project.root / "models/mine")
    for text in ("models/mine", str(project.root / "models/mine"), "mlx-community/Qwen3-0.6B"):
        assert resolve(project, text) == Named(text, text, None, None)


def test_an_adapter_is_named_with_its_model(project: Project):
    adapter = write_adapter(project.root / "mine")
    assert resolve(project, "org/base", adapter=adapter) == Named(
        f"org/base + {adapter}", "org/base", adapter, None
    )


def test_words_mean_parts_of_the_last_training_run(project: Project):
    trained(project, 1)
    folder = trained(project, 2)
    trained(project, 3, state="failed")
    for part in ("fused", "fused-5bit", "fused-4bit-mxfp4"):
        write_model(folder / part)
        assert resolve(project, part) == Named(part, str(folder / part), None, None)
    assert resolve(project, "base") == Named("base", "org/base", None, None)
    assert resolve(project, "adapter") == Named("adapter", "org/base", folder / "adapter", None)


def test_a_run_or_a_corpus_says_whose_part_is_meant(project: Project):
    first = trained(project, 1)
    write_model(first / "fused")
    trained(project, 2, corpus="phase28")
    wanted = str(first / "fused")
    assert resolve(project, "fused", run="train-phase27-1").model == wanted
    assert resolve(project, "fused", run="phase27").model == wanted
    assert resolve(project, "train-phase27-1/fused") == Named(
        "train-phase27-1/fused", wanted, None, None
    )
    assert resolve(project, "phase27/adapter").adapter == first / "adapter"
    assert resolve(project, "phase27").adapter == first / "adapter"


def test_a_folder_of_that_name_comes_before_a_run_and_after_a_word(project: Project):
    folder = trained(project, 1)
    write_model(project.root / "phase27")
    write_model(project.root / "base")
    assert resolve(project, "phase27") == Named("phase27", "phase27", None, None)
    assert resolve(project, "base").model == "org/base"
    assert resolve(project, "./base").model == "./base"
    assert resolve(project, "train-phase27-1").adapter == folder / "adapter"


def test_an_endpoint_may_name_its_model(project: Project):
    assert resolve(project, "http://localhost:8080/v1/#qwen") == Named(
        "http://localhost:8080/v1/#qwen", "qwen", None, "http://localhost:8080/v1"
    )
    assert resolve(project, "https://there/v1") == Named(
        "https://there/v1", None, None, "https://there/v1"
    )


def test_a_training_run_knows_where_everything_lies(project: Project):
    folder = trained(project, 1)
    assert training_run(project, "phase27") == Trained(
        "train-phase27-1", "phase27", "org/base", folder / "adapter",
        str(project.root / "out/phase27"), "f00d", folder,
    )  # fmt: skip


def test_a_run_that_is_not_there_is_told(project: Project):
    assert told(project, "adapter") == (
        "out/runs.duckdb: nothing was trained here yet\n"
        "  fix: run: curate train CORPUS --model MODEL"
    )
    trained(project, 1)
    assert told(project, "adapter", run="phase99") == (
        "phase99: no training run of this name\n"
        "  fix: name one of them, or its corpus: train-phase27-1"
    )


def test_a_part_that_is_not_there_is_told_with_the_command_that_makes_it(project: Project):
    trained(project, 1)
    assert told(project, "fused") == (
        "fused: there is no out/runs/train-phase27-1/fused\n  fix: run: curate fuse train-phase27-1"
    )
    assert told(project, "phase27/fused-5bit") == (
        "phase27/fused-5bit: there is no out/runs/train-phase27-1/fused-5bit\n"
        "  fix: run: curate quantize train-phase27-1 --bits 5"
    )


def test_an_adapter_that_is_none_is_told(project: Project):
    (project.root / "empty").mkdir()
    assert told(project, "org/base", adapter=Path("empty")) == (
        "adapter empty: it has no adapters.safetensors and no adapter_config.json\n"
        "  fix: name the folder that curate train or mlx_lm.lora wrote, "
        "such as out/runs/RUN/adapter"
    )


def test_two_adapters_are_refused(project: Project):
    folder = trained(project, 1)
    assert told(project, "adapter", adapter=folder / "adapter") == (
        "--adapter: adapter has its adapter already\n  fix: leave it out, or name the base"
    )
    assert told(project, "http://there/v1", adapter=folder / "adapter") == (
        "--adapter: http://there/v1 decides itself what it serves\n  fix: leave the adapter out"
    )
    assert resolve(project, "base", adapter=folder / "adapter").adapter == folder / "adapter"
