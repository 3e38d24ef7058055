"""`curate fuse` and `curate quantize`: what is meant, what is told, and what is recorded."""

import json
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from curate.cli import main
from curate.models.naming import Named
from curate.models.training.dataset import data_of
from curate.project import Project
from curate.tracker import Run, new_folder, read, record
from tests.conftest import REPOSITORY
from tests.models.weights.conftest import plant, write_data
from tests.pages import rows_of

TOKENS = ("--tokens", "40")


def curate(*args: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in args])


def curate_json(*args: object):
    result = curate(*args, "--json")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return json.loads(result.stdout)


def keys_of_page(command: str) -> set[str]:
    """The keys that docs/quantizing.md names for a command."""
    rows = rows_of(REPOSITORY / "docs/quantizing.md", "| key | of | meaning |")
    return {key for keys, of, _ in rows if of == command for key in re.findall(r"`(\w+)`", keys)}


@pytest.fixture
def project(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A corpus `sound`, and one training run on it."""
    (tmp_path / "corpora").mkdir()
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    write_data(project.out / "sound")
    run_id, folder = new_folder(project, "train", "sound")
    plant(tiny, folder / "adapter", 0.1)
    sha256 = data_of(project, "sound").sha256
    record(
        project,
        Run(run_id, "train", "sound", str(tiny), f"out/runs/{run_id}/adapter", sha256,
            {"data": "out/sound"}, {}, {}, f"out/runs/{run_id}", "2026-11-21T10:00:00Z", 1.0,
            "done"),
    )  # fmt: skip
    return project


def test_fuse_then_quantize_as_a_user_does_it(project: Project, tiny: Path):
    result = curate("fuse", "sound", *TOKENS)
    assert result.exit_code == 0, result.output
    first, second, third = result.stdout.splitlines()
    assert first.startswith("fused out/runs/train-sound-1/fused: 14 layers, ")
    assert second.startswith("  KL from the adapter ")
    assert second.endswith(" same token in 100.0% of 40")
    assert third.endswith(": 0.00% of what was learned is lost")
    assert result.stderr == "next: curate quantize sound\n"

    result = curate("quantize", "sound", "--bits", "3", "--bits", "8", *TOKENS)
    assert result.exit_code == 0, result.output
    header, three, eight = (line.split("\t") for line in result.stdout.splitlines())
    assert header == ["bits", "bits/weight", "size", "KL mean", "KL p99", "KL max", "same token",
                      "kept", "suite", "verdict"]  # fmt: skip
    assert (three[0], three[-1], eight[0], eight[-1]) == ("3", "lost", "8", "kept")
    assert (eight[1], eight[6], eight[8]) == ("9.08", "100.0%", "")
    last = "the smallest that keeps what was learned: out/runs/train-sound-1/fused-8bit"
    assert result.stderr.splitlines()[0].startswith(
        "out/runs/train-sound-1/fused-3bit has lost what was learned: keeps "
    )
    assert result.stderr.splitlines()[-1] == last

    sha256 = data_of(project, "sound").sha256
    assert read(
        project,
        "select run_id, corpus, model, adapter, data_sha256, settings ->> 'target', state "
        "from runs where verb <> 'train' order by run_id",
    ) == [
        ("fuse-sound-1", "sound", str(tiny), "out/runs/train-sound-1/adapter", sha256,
         "out/runs/train-sound-1/fused", "done"),
        ("quantize-sound-1", "sound", "out/runs/train-sound-1/fused", None, sha256,
         "out/runs/train-sound-1/fused-3bit", "done"),
        ("quantize-sound-2", "sound", "out/runs/train-sound-1/fused", None, sha256,
         "out/runs/train-sound-1/fused-8bit", "done"),
    ]  # fmt: skip
    assert read(project, "select bits, is_lost from ladder order by bits") == [
        (3, True), (8, False),
    ]  # fmt: skip


def test_json_tells_a_fuse_and_a_quantisation_whole(project: Project, tiny: Path):
    told = curate_json("fuse", *TOKENS)
    assert keys_of_page("both") | keys_of_page("fuse") == told.keys()
    assert told.pop("seconds") > 0
    assert 0 <= told.pop("kl_most") < 1e-4
    assert 0 <= told.pop("kl_mean") <= told.pop("kl_p99") < 1e-5
    assert told.pop("learned_kl") > 0.1
    assert told.pop("lost_fraction") < 1e-5
    assert told.pop("summary").endswith(" from its adapter")
    size = (project.out / "runs/train-sound-1/fused/model.safetensors").stat().st_size
    assert told == {
        "run_id": "fuse-sound-1", "corpus": "sound", "model": str(tiny),
        "adapter": "out/runs/train-sound-1/adapter", "target": "out/runs/train-sound-1/fused",
        "data": "out/sound", "size_bytes": size, "count_layers": 14, "base_bits": None,
        "agreement": 1.0, "count_tokens": 40, "suite": None, "is_lost": False, "reasons": [],
    }  # fmt: skip
    [told] = curate_json("quantize", "train-sound-1", "--bits", "8", *TOKENS)
    assert told.keys() == {
        "run_id", "corpus", "model", "adapter", "seconds", "bits", "group_size", "mode", "target",
        "base", "data", "size_bytes", "bits_per_weight", "count_layers", "skipped", "left_whole",
        "kl_mean", "kl_p99", "kl_most", "agreement", "count_tokens", "kl_from_base", "learned_kl",
        "kept_fraction", "suite", "is_lost", "reasons", "summary",
    }  # fmt: skip
    assert keys_of_page("both") | keys_of_page("quantize") == told.keys()
    assert (told["base"], told["is_lost"], told["reasons"]) == (str(tiny), False, [])
    assert told["kept_fraction"] > 0.99


def test_a_ladder_that_lost_everything_ends_with_1(project: Project):
    assert curate("fuse", *TOKENS).exit_code == 0
    result = curate("quantize", "sound", "--bits", "3", *TOKENS)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].endswith("\tlost")


def test_a_model_and_an_adapter_of_somebody_else_are_fused(
    project: Project, tiny: Path, tmp_path: Path
):
    adapter = plant(tiny, tmp_path / "theirs", 0.1, seed=8)
    told = curate_json("fuse", "--model", tiny, "--adapter", adapter, "--to", "models/mine",
                       "--data", "sound", *TOKENS)  # fmt: skip
    assert (told["corpus"], told["target"]) == ("sound", "models/mine")
    [told] = curate_json("quantize", "models/mine", "--base", tiny, "--data", "out/sound",
                         "--bits", "8", *TOKENS)  # fmt: skip
    assert (told["target"], told["is_lost"]) == ("models/mine-8bit", False)
    [told] = curate_json("quantize", "models/mine", "--data", "sound", "--bits", "4", "--to",
                         "models/other", *TOKENS)  # fmt: skip
    assert (told["target"], told["kept_fraction"]) == ("models/other-4bit", None)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        pytest.param(
            ("fuse", "--model", "m", "--adapter", "a"),
            "curate fuse: either a run is fused, or --model and --adapter --to another folder\n"
            "  fix: name a run or its corpus alone, or give --model, --adapter and --to together\n",
            id="no target",
        ),
        pytest.param(
            ("fuse", "phase99"),
            "phase99: no training run of this name\n"
            "  fix: name one of them, or its corpus: train-sound-1\n",
            id="no run",
        ),
        pytest.param(
            ("quantize", "sound"),
            "fused: there is no out/runs/train-sound-1/fused\n"
            "  fix: run: curate fuse train-sound-1\n",
            id="not fused yet",
        ),
        pytest.param(
            ("quantize", "models/mine", "--bits", "4"),
            "curate quantize models/mine: nothing says on which rows the models are compared\n"
            "  fix: give --data with a corpus, or a folder with train.jsonl and valid.jsonl\n",
            id="no data",
        ),
        pytest.param(
            ("quantize", "sound", "--mode", "mxfp4", "--bits", "5"),
            "--mode mxfp4: has 4 bits and groups of 32, and nothing else\n"
            "  fix: leave out --bits and --group-size, or the mode\n",
            id="mode",
        ),
    ],
)
def test_a_mistake_is_told(project: Project, words: tuple[str, ...], wanted: str):
    result = curate(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", wanted)


def test_a_fuse_of_another_data_set_is_measured_on_it(project: Project, tmp_path: Path):
    write_data(tmp_path / "other")
    assert curate_json("fuse", "sound", "--data", "other", *TOKENS)["data"] == "other"


def test_modes_of_floating_point_are_quantised_and_measured(project: Project):
    assert curate("fuse", *TOKENS).exit_code == 0
    result = curate("quantize", "sound", "--mode", "mxfp8", *TOKENS)
    assert result.exit_code in (0, 1), result.output
    assert (project.out / "runs/train-sound-1/fused-8bit-mxfp8/config.json").is_file()


@pytest.mark.parametrize("verb", ["fuse", "quantize"])
def test_a_suite_that_is_not_there_is_told_before_anything_is_written(project: Project, verb: str):
    if verb == "quantize":
        assert curate("fuse", "sound", *TOKENS).exit_code == 0
    before = sorted(project.out.rglob("*"))
    result = curate(verb, "sound", "--suite", "phase28", *TOKENS)
    assert result.exit_code == 2
    assert result.stderr.startswith("suite phase28: there is no such suite\n")
    assert sorted(project.out.rglob("*")) == before


def test_a_folder_that_is_no_model_is_told(project: Project, tmp_path: Path):
    adapter = next(project.out.glob("runs/*/adapter"))
    (tmp_path / "docs").mkdir()
    named = ["--model", "docs", "--adapter", adapter, "--to", "fused", "--data", "sound"]
    result = curate("fuse", *named)
    assert result.exit_code == 2
    assert result.stderr.startswith("model docs: is no model's folder: it has no config.json")


def test_what_comes_next_is_a_command_that_works(project: Project, tiny: Path):
    adapter = next(project.out.glob("runs/*/adapter"))
    named = ["--model", tiny, "--adapter", adapter, "--to", "models/fused", "--data", "sound"]
    for given in (named, ["sound", "--to", "elsewhere"], []):
        result = curate("fuse", *given, *TOKENS)
        assert result.exit_code == 0, result.output
        words = shlex.split(result.stderr.strip().removeprefix("next: curate "))
        assert curate(*words, "--bits", "8", *TOKENS).exit_code == 0


def test_a_training_that_failed_is_told_as_such(project: Project):
    failed = Run("train-sound-9", "train", "sound", "m", None, None, {}, {}, {},
                 "out/runs/train-sound-9", "2026-11-21T11:00:00Z", 1.0, "failed")  # fmt: skip
    record(project, failed)
    result = curate("fuse", "train-sound-9")
    assert result.exit_code == 2
    assert result.stderr == (
        "train-sound-9: this training failed\n"
        "  fix: name one that did not, or its corpus: train-sound-1\n"
    )


@pytest.mark.parametrize(("count_after", "exit_code"), [(20, 0), (4, 1)], ids=["kept", "fallen"])
def test_a_suite_is_asked_before_and_after_a_fuse(
    project: Project, monkeypatch: pytest.MonkeyPatch, count_after: int, exit_code: int
):
    """What is asked is the base with its adapter, then the fused folder; a fall ends with 1."""
    asked: list[tuple[str, bool]] = []

    def score(_project: Project, named: Named, suite: str, **_: object) -> SimpleNamespace:
        asked.append((suite, named.adapter is not None))
        count_right = 20 if named.adapter else count_after
        replies = [{"prompt_id": n, "is_right": n < count_right} for n in range(20)]
        return SimpleNamespace(replies=replies)

    monkeypatch.setattr("curate.scoring.score", score)
    result = curate("fuse", "sound", "--suite", "phase27", "--json", *TOKENS)
    assert result.exit_code == exit_code
    assert asked == [("phase27", True), ("phase27", False)]
    told = json.loads(result.stdout)
    assert told["suite"] | {"p": 0} == {
        "suite": "phase27", "count_before": 20, "count_after": count_after, "count_prompts": 20,
        "p": 0,
    }  # fmt: skip
    lost = [] if count_after == 20 else ["4 of 20 right, not 20 (p = 3.1e-05)"]
    assert (told["is_lost"], told["reasons"]) == (bool(lost), lost)
