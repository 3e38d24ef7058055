"""`curate probe` and `curate train` as a user meets them."""
# ruff: noqa: E501  one planted fault a line, and its message whole

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from curate import tracker
from curate.cli import main
from curate.models.training import probing
from curate.models.training.masking import Encoded
from curate.models.training.told import run_probe, run_text
from curate.models.training.watching import line_of, spoken
from curate.project import Project
from tests.models.training.conftest import QUICK, Heard

SMALL = ["--rank", "4", "--layers", "1", "--max-seq-length", "640", "--jobs", "1"]


def curate(*args: str) -> Result:
    return CliRunner().invoke(main, args)


# probe


def test_a_probe_measures_steps_in_a_process_of_their_own(project: Project, smallest: Path):
    result = curate("probe", str(smallest), "--data", "data", "--iters", "100", *SMALL)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line[:22].strip() for line in lines[:4]] == [
        "seconds an iteration", "tokens a second", "peak memory", "100 iterations",
    ]  # fmt: skip
    assert lines[4] == f"{smallest} on data: will train here"
    assert len(lines) == 5
    rows = tracker.read(project, "select run_id, verb, state from runs")
    assert rows == [("probe-data-1", "probe", "done")]


def test_a_probe_as_json_has_a_documented_shape(project: Project, smallest: Path):
    result = curate("probe", str(smallest), "--data", "data", *SMALL, "--json")
    found = json.loads(result.stdout)
    assert list(found) == [
        "model", "data", "iterations", "failures", "memory_estimate_bytes", "memory_free_bytes",
        "peak_memory_bytes", "seconds_per_iteration", "tokens_per_second", "seconds_estimate",
        "killed", "process_memory_bytes", "seconds_longest", "will_train", "run_id",
    ]  # fmt: skip
    assert (found["failures"], found["killed"], found["will_train"]) == ([], None, True)
    assert found["iterations"] == 16  # two epochs of 32 rows by 4
    assert 0 < found["peak_memory_bytes"] < found["process_memory_bytes"]
    # an estimate, but of the right size, and rather above
    assert 0.9 < found["memory_estimate_bytes"] / found["peak_memory_bytes"] < 2
    assert found["seconds_per_iteration"] <= found["seconds_longest"]


def test_a_probe_says_what_stands_in_the_way_and_exits_with_1(project: Project, smallest: Path):
    options = [*SMALL[:4], "--max-seq-length", "300", "--jobs", "1", "--layers", "9"]
    result = curate("probe", str(smallest), "--data", "data", *options)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "row_long: longer than 300 tokens are 23 of train and 4 of valid, the longest row 513; none is cut",
        "  fix: give --max-seq-length 768, or drop the rows",
        "layers: 9 are to be trained, and the model has 2",
        "  fix: give --layers 2, or -1 for all of them",
        f"{smallest} on data: will not train here as it is",
    ]


def die(*_: Any) -> None:
    """In place of the steps: what a machine does to a process that takes all memory."""
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_for_its_memory_is_an_answer(
    project: Project, smallest: Path, monkeypatch
):
    monkeypatch.setattr(probing, "step_alone", die)
    found = run_probe(project, "data", str(smallest), QUICK, Heard().telling)
    assert (found["will_train"], found["killed"]) == (
        False, "the process ended with -9: its memory is used up",
    )  # fmt: skip
    assert probing.probe_text(found).splitlines()[:2] == [
        "the steps ended: the process ended with -9: its memory is used up",
        "  fix: give a smaller --batch-size with --accumulate, --grad-checkpoint, or fewer --layers",
    ]


def test_the_longest_batch_and_one_of_middle_length_are_tried():
    import numpy as np

    rows = [Encoded(np.zeros(n, np.int32), np.zeros(n, np.bool_)) for n in (9, 5, 7, 1, 3, 8, 2)]
    tried = probing.longest_and_middle(rows, QUICK)
    assert [[one.count_tokens for one in some] for some in tried] == [[5, 7, 8, 9], [2, 3, 5, 7]]


# train


def test_a_training_says_what_came_of_it_and_what_is_next(project: Project, smallest: Path):
    result = curate("train", "data", "--model", str(smallest), "--iters", "2", *SMALL)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("train-data-1: done after 2 of 2 iterations, ")
    assert lines[1] == "  adapter  out/runs/train-data-1/adapter  best, of iteration 2"
    assert lines[2].startswith("  valid    ")
    assert lines[3:] == [
        "  last     out/runs/train-data-1/checkpoints/0000002",
        f"  next     curate score {smallest} --adapter out/runs/train-data-1/adapter",
    ]
    assert result.stderr.splitlines()[0] == ("train-data-1: 2,048 of 31,456 weights, 2 iterations")
    assert "\x1b" not in result.output


def test_a_training_as_json_is_its_run_and_tells_nothing_else(project: Project, smallest: Path):
    result = curate("train", "data", "--model", str(smallest), "--iters", "1", *SMALL, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    run = json.loads(result.stdout)
    written = json.loads((project.out / "runs/train-data-1/run.json").read_text())
    assert {**run, "data": "data"} == written


def test_what_stands_in_the_way_of_a_training_exits_with_1(project: Project, smallest: Path):
    options = ["--max-seq-length", "300", "--jobs", "1"]
    result = curate("train", "data", "--model", str(smallest), *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"data for {smallest}: 1 thing stands in the way\n  row_long: ")


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ([], "curate train: no corpus is named\n  fix: run: curate train CORPUS --model MODEL, or curate train --resume RUN"),
        (["data"], "curate train: no model is named\n  fix: run: curate train CORPUS --model MODEL, or curate train --resume RUN"),
        (["data", "--resume", "train-data-1", "--rank", "9"], "--resume train-data-1: goes on as it began, and corpus, --rank is given\n  fix: run: curate train --resume train-data-1"),
        (["--resume", "train-data-1"], "--resume train-data-1: there is no such run\n  trainings: none yet\n  fix: name one of them"),
    ],
    ids=["no corpus", "no model", "settings beside a run", "no such run"],
)  # fmt: skip
def test_what_is_not_named_is_told(args: list[str], text: str, project: Project):
    result = curate("train", *args)
    assert (result.exit_code, result.stderr) == (2, f"{text}\n")


def test_a_line_of_a_report_and_a_time():
    row = {
        "iteration": 20, "loss": 1.2341, "valid_loss": 1.31, "learning_rate": 1e-5,
        "tokens_per_second": 1204.4, "trained_tokens": 9, "peak_memory_bytes": 310_000_000,
    }  # fmt: skip
    assert line_of(row, 600, 250) == (
        "    20 of 600   loss 1.234   valid 1.310   1,204 tokens/s   0.31 GB   4 min left"
    )
    assert [spoken(one) for one in (40, 700, 12_300)] == ["40 s", "12 min", "3.4 h"]


@pytest.mark.parametrize(("loss", "is_noted"), [(2.0, False), (3.0, True)], ids=["better", "not"])
def test_a_training_that_gained_nothing_says_so(loss: float, *, is_noted: bool):
    found = {
        "iterations": 20, "best": {"iteration": 20, "valid_loss": loss}, "first_valid_loss": 2.5,
        "last": "checkpoints/0000020",
    }  # fmt: skip
    run = tracker.Run("train-x-1", "train", "x", "m", "adapter", None, {"iterations": 20}, found, {}, "x",
              "2026-11-21T10:00:00Z", 1.0, "done")  # fmt: skip
    noted = "  note     that is no better: on rows of valid, nothing was gained"
    assert (noted in run_text(run).splitlines()) == is_noted
