"""A run keeps what it says: the adapter that was asked for, the best one, and a way to go on."""

import fcntl
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curate import tracker
from curate.errors import CurateError
from curate.models.opening import open_weights
from curate.models.training.dataset import read_split
from curate.models.training.keeping import checkpoints, load_checkpoint, read_log
from curate.models.training.running import optimizer_of, resume
from curate.models.training.settings import Settings
from curate.project import Project
from curate.tracker import Run
from tests.models.training.conftest import Heard, short_rows, write_rows
from tests.test_resume import CURATE

Train = Callable[..., Run]
QKV = ("self_attn.q_proj", "self_attn.v_proj")


def weights(path: Path) -> dict[str, bytes]:
    """The arrays of a safetensors file, as bytes."""
    import mlx.core as mx

    return {name: np.array(one).tobytes() for name, one in mx.load(str(path)).items()}


def adapter_of(project: Project, run: Run) -> Path:
    return project.root / run.adapter


# What was asked for reaches the adapter


@pytest.mark.parametrize("kind", ["lora", "dora"])
def test_rank_scale_dropout_layers_and_keys_reach_the_adapter(
    kind: str, project: Project, trained: Train, smallest: Path
):
    run = trained(
        kind=kind, rank=3, scale=7.5, dropout=0.25, layers=1, keys=QKV, iterations=1
    )  # fmt: skip
    folder = adapter_of(project, run)
    assert json.loads((folder / "adapter_config.json").read_text()) == {
        "model": str(smallest), "fine_tune_type": kind, "num_layers": 1,
        "lora_parameters": {"rank": 3, "scale": 7.5, "dropout": 0.25, "keys": list(QKV)},
    }  # fmt: skip
    blocks = open_weights(str(smallest), folder).model.layers
    adapted = [
        {name: module for name, module in block.named_modules() if hasattr(module, "lora_a")}
        for block in blocks
    ]
    assert [sorted(some) for some in adapted] == [[], sorted(QKV)]  # the last of two blocks
    for module in adapted[1].values():
        assert (module.lora_a.shape[1], module.lora_b.shape[0]) == (3, 3)
        # mlx keeps the share that is kept
        assert (module.scale, module.dropout._p_1) == (7.5, 0.75)


def test_all_linear_layers_of_all_blocks_are_adapted_unless_said_otherwise(
    project: Project, trained: Train
):
    run = trained(layers=-1, iterations=1)
    names = weights(adapter_of(project, run) / "adapters.safetensors")
    modules = {name.rpartition(".")[0] for name in names}
    assert len(modules) == 2 * 7
    config = json.loads((adapter_of(project, run) / "adapter_config.json").read_text())
    assert (config["num_layers"], config["lora_parameters"]) == (
        2, {"rank": 4, "scale": 20.0, "dropout": 0.0},
    )  # fmt: skip


def test_full_trains_every_weight_also_embeddings_and_norm(
    project: Project, trained: Train, smallest: Path
):
    run = trained(kind="full", iterations=3)
    found = weights(adapter_of(project, run) / "adapters.safetensors")
    base = weights(smallest / "model.safetensors")
    assert found.keys() == base.keys()
    assert [name for name in base if found[name] == base[name]] == []
    assert run.metrics["trained_parameters"] == run.metrics["parameters"]
    opened = open_weights(str(smallest), adapter_of(project, run)).model
    assert (
        np.array(opened.model.embed_tokens.weight).tobytes() == found["model.embed_tokens.weight"]
    )


# What is kept and told


def test_a_run_is_recorded_with_its_curve(project: Project, trained: Train, smallest: Path):
    heard = Heard()
    run = trained(heard)
    assert (run.run_id, run.verb, run.corpus, run.state) == (
        "train-data-1",
        "train",
        "data",
        "done",
    )
    assert (run.model, run.adapter) == (str(smallest), "out/runs/train-data-1/adapter")
    assert run.settings["data"] == "data"
    written = json.loads((project.root / run.folder / "run.json").read_text())
    assert written == {**json.loads(json.dumps(run._asdict())), "data": "data"}
    log = read_log(project.root / run.folder)
    assert [row["iteration"] for row in log] == [0, 1, 2, 3, 4, 5, 6]
    assert [row["iteration"] for row in log if row["valid_loss"] is not None] == [0, 3, 6]
    assert {type(row["peak_memory_bytes"]) for row in log} == {int}
    assert all(row["tokens_per_second"] > 0 for row in log[1:])
    steps = tracker.read(
        project, "select iteration, loss, valid_loss from steps where run_id = ? order by 1",
        [run.run_id],
    )  # fmt: skip
    assert steps == [(row["iteration"], row["loss"], row["valid_loss"]) for row in log]
    assert heard[0] == "train-data-1: 2,048 of 31,456 weights, 6 iterations"
    assert [line.split()[:3] for line in heard[1:]] == [[str(n), "of", "6"] for n in range(7)]
    assert heard[-2].endswith(" left")
    assert len(heard.shown) == 6
    for what in heard.shown:
        assert re.fullmatch(r"iterations, loss \d\.\d{3}, \d+ s left", what)


def test_the_best_adapter_is_the_one_with_the_lowest_validation_loss(
    project: Project, trained: Train, monkeypatch: pytest.MonkeyPatch
):
    from curate.models.training import watching

    losses = iter([0.5, 3.0, 1.0, 1.0, 4.0])  # the first one is of the model as it was
    monkeypatch.setattr(watching, "validation_loss", lambda *_: next(losses))
    run = trained(iterations=8, steps_per_eval=2, save_every=4)
    assert run.metrics["best"] == {"iteration": 4, "valid_loss": 1.0}
    assert run.metrics["last"] == "out/runs/train-data-1/checkpoints/0000008"
    best, fourth, last = (
        weights(project.root / folder / "adapters.safetensors")
        for folder in (
            run.adapter,
            "out/runs/train-data-1/checkpoints/0000004",
            run.metrics["last"],
        )
    )
    assert best == fourth
    assert best != last


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights_and_another_one_others(
    project: Project, trained: Train
):
    found = [
        weights(adapter_of(project, trained(seed=seed, dropout=0.1)) / "adapters.safetensors")
        for seed in (1, 1, 2)
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.slow
def test_training_learns(project: Project, trained: Train):
    run = trained(kind="full", iterations=24, learning_rate=5e-3, steps_per_eval=24)
    assert run.metrics["best_valid_loss"] < run.metrics["first_valid_loss"] - 1


# To go on


def stopping(at: int) -> Heard:
    """Presses Ctrl-C in this iteration."""
    return Heard(lambda iteration: os.kill(os.getpid(), signal.SIGINT) if iteration == at else None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.2},
        {"kind": "full"},
        {"dropout": 0.1, "accumulate": 2, "schedule": "constant"},
    ],
    ids=["adapters with dropout", "all weights", "in the middle of an update"],
)
def test_stopped_and_gone_on_is_as_if_never_stopped(
    settings: dict[str, Any], project: Project, trained: Train
):
    whole = trained(iterations=10, **settings)
    stopped = trained(stopping(5), iterations=10, **settings)
    assert stopped.state == "stopped"
    assert stopped.metrics["iterations"] == 5 + ("accumulate" in settings)
    done = resume(project, stopped.run_id, Heard().telling, 1)
    assert (done.state, done.metrics["best"]) == ("done", whole.metrics["best"])
    for name in ("adapter", "checkpoints/0000010"):
        file = Path(name) / "adapters.safetensors"
        assert weights(project.root / done.folder / file) == weights(
            project.root / whole.folder / file
        )
    optimizers = [
        weights(project.root / run.folder / "checkpoints/0000010/optimizer.safetensors")
        for run in (whole, done)
    ]
    assert optimizers[0] == optimizers[1]
    curves = [
        {row["iteration"]: row["valid_loss"] for row in read_log(project.root / run.folder)}
        for run in (whole, done)
    ]
    assert curves[0] == curves[1]


def test_ctrl_c_in_the_first_evaluation_leaves_a_run_that_goes_on(
    project: Project, trained: Train, monkeypatch: pytest.MonkeyPatch
):
    from curate.models.training import watching

    def pressed(*given: Any) -> float:
        os.kill(os.getpid(), signal.SIGINT)
        return before(*given)

    before = watching.validation_loss
    with monkeypatch.context() as patch:
        patch.setattr(watching, "validation_loss", pressed)
        run = trained()
    assert (run.state, run.metrics["iterations"], run.metrics["best"]) == ("stopped", 0, None)
    done = resume(project, run.run_id, Heard().telling, 1)
    assert (done.state, done.metrics["iterations"]) == ("done", 6)


def test_what_a_kill_cut_off_is_made_again(project: Project, trained: Train):
    """Lines of the log after the checkpoint, one of them half, and a checkpoint half written."""
    whole = trained()
    run = trained(stopping(4))
    folder = project.root / run.folder
    with (folder / "log.jsonl").open("a") as file:
        file.write('{"iteration": 5, "loss": 9.0, "valid_loss": null}\n{"iterat')
    (folder / "checkpoints/.0000005.new").mkdir()
    done = resume(project, run.run_id, Heard().telling, 1)
    assert [row["iteration"] for row in read_log(folder)] == [0, 1, 2, 3, 4, 5, 6]
    assert done.metrics["best"] == whole.metrics["best"]


def test_only_the_newest_two_checkpoints_are_kept_and_each_is_an_adapter(
    project: Project, trained: Train, smallest: Path
):
    run = trained(save_every=2)
    kept = checkpoints(project.root / run.folder)
    assert [path.name for path in kept] == ["0000004", "0000006"]
    for path in kept:
        open_weights(str(smallest), path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: None, "--resume train-data-1: is done\n  fix: train anew, for more iterations"),
        (
            lambda project: write_rows(
                project.root / "data", {**short_rows(), "test": short_rows()["train"]}
            ),
            "is not what it was trained on",
        ),
    ],
    ids=["done", "other data"],
)
def test_a_run_that_cannot_go_on_is_refused(change, told: str, project: Project, trained: Train):
    run = trained(None if "is done" in told else stopping(2), iterations=3)
    change(project)
    with pytest.raises(CurateError) as raised:
        resume(project, run.run_id, Heard().telling, 1)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "broken", ["", "{", "[1]", '{"state": "stopped"}', '{"settings": {"rank": []}}']
)
def test_a_run_whose_file_is_broken_is_told(project: Project, broken: str):
    folder = project.out / "runs/train-data-1"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(broken, encoding="utf-8")
    with pytest.raises(CurateError, match=r"--resume train-data-1: its run\.json is none of ours"):
        resume(project, "train-data-1", Heard().telling, 1)


@pytest.mark.parametrize("line", ['{"a":' + "[" * 300 + "]" * 300 + "}", '{"a":' + "[" * 99_999])
def test_a_row_without_end_is_told_with_its_place(tmp_path: Path, line: str):
    (tmp_path / "train.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(CurateError, match=r"train\.jsonl:1: is no JSON object"):
        read_split(tmp_path, "train")


def test_a_run_that_is_not_there_is_told_with_those_that_are(project: Project, trained: Train):
    trained(iterations=1)
    with pytest.raises(CurateError) as raised:
        resume(project, "train-data-7", Heard().telling, 1)
    assert str(raised.value) == (
        "--resume train-data-7: there is no such run\n  trainings: train-data-1\n"
        "  fix: name one of them"
    )


def test_a_run_that_another_process_is_at_is_left_alone(project: Project, trained: Train):
    run = trained(stopping(2), iterations=3)
    with (project.root / run.folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CurateError) as raised:
            resume(project, run.run_id, Heard().telling, 1)
    assert str(raised.value) == (
        "--resume train-data-1: another process is at it\n"
        "  fix: wait for it, or stop it first with Ctrl-C"
    )


def test_the_time_that_is_left_goes_by_the_time_so_far(project: Project, trained: Train):
    """Also after a checkpoint, and in a run that goes on."""
    heard = Heard()
    began = time.monotonic()
    trained(heard, iterations=8, save_every=2)
    seconds = time.monotonic() - began
    left = [int(what.split()[-3]) for what in heard.shown]
    assert left[-1] == 0
    assert max(left) <= 3 * seconds + 1


# What goes wrong


def test_a_loss_that_is_no_number_ends_the_run_at_once(
    project: Project, trained: Train, monkeypatch
):
    from curate.models.training import watching

    after = watching.Overseer.after
    monkeypatch.setattr(
        watching.Overseer,
        "after",
        lambda self, step: after(
            self, step._replace(loss=math.nan) if step.iteration == 4 else step
        ),
    )
    with pytest.raises(CurateError) as raised:
        trained()
    assert str(raised.value) == (
        "iteration 4: the loss is nan\n  what was kept before is still there\n"
        "  fix: lower --learning-rate, now 0.001, or give it a --warmup"
    )
    assert raised.value.exit_code == 1
    folder = project.out / "runs/train-data-1"
    assert json.loads((folder / "run.json").read_text())["state"] == "failed"
    assert tracker.read(project, "select state from runs") == [("failed",)]
    assert [path.name for path in checkpoints(folder)] == ["0000000", "0000003"]


def test_weights_that_are_no_numbers_are_never_kept(project: Project, trained: Train):
    """A rate without bounds: the weights overflow before the loss shows it."""
    with pytest.raises(
        CurateError, match=r"iteration \d: (the loss|a weight|the validation loss) is"
    ):
        trained(kind="full", learning_rate=1e38, warmup=0, schedule="constant", save_every=1)
    import mlx.core as mx

    for path in checkpoints(project.out / "runs/train-data-1"):
        arrays = mx.load(str(path / "adapters.safetensors")).values()
        assert all(bool(mx.isfinite(one).all()) for one in arrays)


def test_memory_that_is_used_up_is_no_bug(project: Project, trained: Train, monkeypatch):
    from curate.models.training import running

    def full(*_: Any, **__: Any) -> None:
        raise RuntimeError("[malloc] Unable to allocate 99 bytes.")

    monkeypatch.setattr(running, "fit", full)
    with pytest.raises(CurateError) as raised:
        trained()
    assert str(raised.value) == (
        "training: the memory is used up\n  [malloc] Unable to allocate 99 bytes.\n"
        "  fix: give a smaller --batch-size with --accumulate, --grad-checkpoint, or fewer "
        "--layers; curate probe says what fits"
    )


def test_a_disk_that_is_full_is_no_bug(project: Project, trained: Train, monkeypatch):
    from curate.models.training import running

    def full(*_: Any, **__: Any) -> None:
        raise RuntimeError("[write] Unable to write 99 bytes to file.")

    monkeypatch.setattr(running, "fit", full)
    with pytest.raises(CurateError) as raised:
        trained()
    assert str(raised.value) == (
        "training: a checkpoint cannot be written\n  [write] Unable to write 99 bytes to file.\n"
        "  fix: make room on the disk, and go on from the one before: curate train --resume RUN"
    )


# In a process of its own


def started(project: Project, smallest: Path, *more: str) -> subprocess.Popen[str]:
    command = [*CURATE, "train", "data", "--model", str(smallest), "--rank", "4", "--iters", "400"]
    command += ["--max-seq-length", "640", "--steps-per-report", "1", "--save-every", "2", *more]
    return subprocess.Popen(
        command, cwd=project.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "MLX_DISABLE_COMPILE": "1"},
    )  # fmt: skip


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if list(path.parent.glob(path.name)):
            return
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.1)
    raise AssertionError(f"{path} is not there after two minutes")


@pytest.mark.slow
def test_ctrl_c_stops_with_130_and_says_how_to_go_on(project: Project, smallest: Path):
    process = started(project, smallest)
    wait_for(project.out / "runs/train-data-1/checkpoints/0000002", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopping after this step; once more to stop at once" in err
    assert out.splitlines()[-1] == "  go on    curate train --resume train-data-1"
    assert "\x1b" not in out + err
    (kept,) = checkpoints(project.out / "runs/train-data-1")[-1:]
    state = json.loads((kept / "state.json").read_text())
    run = json.loads((project.out / "runs/train-data-1/run.json").read_text())
    assert (run["state"], run["metrics"]["iterations"]) == ("stopped", state["iteration"])
    open_weights(str(smallest), project.out / "runs/train-data-1/adapter")


@pytest.mark.slow
def test_a_killed_run_leaves_a_checkpoint_that_it_goes_on_from(project: Project, smallest: Path):
    process = started(project, smallest)
    folder = project.out / "runs/train-data-1"
    wait_for(folder / "checkpoints/0000004", process)
    process.kill()
    process.communicate()
    settings = Settings.from_json(json.loads((folder / "run.json").read_text())["settings"])
    path = checkpoints(folder)[-1]
    opened = open_weights(str(smallest), path)
    state = load_checkpoint(path, opened.model, optimizer_of(settings))
    assert state.iteration >= 4
    again = subprocess.Popen(
        [*CURATE, "train", "--resume", "train-data-1"], cwd=project.root, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "MLX_DISABLE_COMPILE": "1"},
    )  # fmt: skip
    later = f"checkpoints/{state.iteration + 4:07d}"
    wait_for(folder / later, again)
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=60)
    assert again.returncode == 130
    rows = [row["iteration"] for row in read_log(folder)]
    assert rows == list(range(len(rows)))


@pytest.mark.slow
def test_plain_mlx_lm_takes_the_yaml_that_lies_beside(project: Project, trained: Train):
    run = trained(iterations=2, layers=1, keys=QKV, warmup=1)
    folder = project.root / run.folder
    command = (folder / "command.txt").read_text().split()
    assert command == ["python", "-m", "mlx_lm", "lora", "-c", f"{run.folder}/mlx_lm.yaml"]
    done = subprocess.run(
        [sys.executable, *command[1:]],
        cwd=project.root, capture_output=True, text=True, check=False,
        env={**os.environ, "MLX_DISABLE_COMPILE": "1", "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = json.loads((folder / "mlx_lm/adapter_config.json").read_text())
    ours = json.loads((folder / "adapter/adapter_config.json").read_text())
    assert {key: theirs[key] for key in ours} == ours
    assert (
        weights(folder / "mlx_lm/adapters.safetensors").keys()
        == weights(folder / "adapter/adapters.safetensors").keys()
    )
