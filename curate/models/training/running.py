"""A training from end to end: looked at first, then run, kept, and recorded.

    run = train(order, telling)              # Run(run_id="train-phase27-1", state="done", ...)
    run = resume(project, "train-phase27-1", telling, jobs=2)

out/runs/train-phase27-1/
  run.json         settings, versions, data, what came of it
  log.jsonl        loss, validation loss, tokens a second, memory, learning rate
  adapter/         the best by validation loss, as mlx-lm loads it
  checkpoints/     the newest two, with the optimizer's state
  mlx_lm.yaml, command.txt     the same by plain mlx-lm
"""

import fcntl
import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from curate import tracker
from curate.errors import CurateError
from curate.models.training.adapting import count_parameters, write_config
from curate.models.training.dataset import data_of
from curate.models.training.fitting import fit
from curate.models.training.keeping import (
    WEIGHTS,
    checkpoints,
    load_checkpoint,
    newest_checkpoint,
    read_log,
    save_adapter,
    steps_of,
    write_json,
)
from curate.models.training.plain import write_plain
from curate.models.training.preflight import Checked, Order, preflight
from curate.models.training.settings import Settings
from curate.models.training.watching import Overseer, Stopped, Telling
from curate.project import Project
from curate.tracker import Run

RUN = "run.json"


class Begun(NamedTuple):
    """A run that has a folder."""

    run_id: str
    folder: Path
    project: Project
    order: Order
    started: str
    data: str  # as the user named it


def train(project: Project, order: Order, data: str, telling: Telling) -> Run:
    """Train anew. Raises CurateError for what stands in the way, or ends the training."""
    checked = preflight(order, telling.progress)
    checked.demand(order)
    run_id, folder = tracker.new_folder(project, "train", order.data.name)
    order = order._replace(settings=checked.settings)
    begun = Begun(run_id, folder, project, order, _now(), data)
    opened = checked.demand(order)
    write_config(folder / "adapter", order.settings, opened.model, order.model)
    write_plain(
        folder, project, order.model, order.data.folder, order.settings,
        is_text=checked.is_text,
    )  # fmt: skip
    return _run(begun, checked, telling, None)


def resume(project: Project, run_id: str, telling: Telling, jobs: int) -> Run:
    """Go on with a run that was stopped, as if it had not been."""
    folder = project.out / "runs" / run_id
    given = _read_run(run_id, folder)
    if given["state"] == "done":
        raise CurateError(f"--resume {run_id}", "is done", "train anew, for more iterations")
    path = newest_checkpoint(run_id, folder)
    data = data_of(project, given["data"])
    if data.sha256 != given["data_sha256"]:
        raise CurateError(
            f"--resume {run_id}",
            f"{data.name} is not what it was trained on\n"
            f"sha256 {data.sha256[:12]} now, and {given['data_sha256'][:12]} then",
            f"build it as it was, or train anew: curate train {given['data']}",
        )
    order = Order(project, data, given["model"], Settings.from_json(given["settings"]), jobs)
    checked = preflight(order, telling.progress)
    checked.demand(order)
    begun = Begun(run_id, folder, project, order, given["started"], given["data"])
    return _run(begun, checked, telling, path)


def optimizer_of(settings: Settings) -> Any:
    """AdamW with the settings' learning rate."""
    import mlx.optimizers as optim
    from mlx_lm.tuner.utils import build_schedule

    schedule = settings.lr_schedule
    return optim.AdamW(build_schedule(schedule) if schedule else settings.learning_rate)


@contextmanager
def alone(begun: Begun) -> Generator[None]:
    """Hold a run, so that no second process goes on with it. Raises CurateError where one does."""
    with (begun.folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where, fix = f"--resume {begun.run_id}", "wait for it, or stop it first with Ctrl-C"
            raise CurateError(where, "another process is at it", fix) from None
        yield


def _run(begun: Begun, checked: Checked, telling: Telling, path: Path | None) -> Run:
    """The steps; whatever ends them is recorded."""
    with alone(begun):
        return _steps(begun, checked, telling, path)


def _steps(begun: Begun, checked: Checked, telling: Telling, path: Path | None) -> Run:
    import mlx.core as mx

    opened, settings = checked.demand(begun.order), begun.order.settings
    optimizer = optimizer_of(settings)
    state = load_checkpoint(path, opened.model, optimizer) if path else None
    overseer = Overseer(
        begun.folder, opened.model, optimizer,
        valid=checked.rows["valid"], settings=settings, telling=telling, state=state,
    )  # fmt: skip
    trained, every = count_parameters(opened.model)
    fixed = {
        "parameters": every,
        "trained_parameters": trained,
        "rows": {split: len(rows) for split, rows in checked.rows.items()},
        "replies_proven": sum(map(_count_replies, checked.rows.values())),
        "memory_estimate_bytes": checked.memory_bytes,
    }
    _write(begun, overseer, fixed, "running")
    telling.say(
        f"{begun.run_id}: {trained:,} of {every:,} weights, {settings.iterations:,} iterations"
    )
    mx.reset_peak_memory()
    how = "failed"
    try:
        with overseer.listening():
            overseer.begin()
            if overseer.state.iteration < settings.iterations:
                start = overseer.state.iteration
                fit(opened.model, optimizer, checked.rows["train"], settings, overseer, start=start)
            overseer.finish()
        how = "done"
    except (Stopped, KeyboardInterrupt):
        how = "stopped"
    except (RuntimeError, MemoryError) as error:
        raise _out_of_memory(error) from None
    finally:
        if how == "stopped" and not (begun.folder / "adapter" / WEIGHTS).exists():
            save_adapter(begun.folder, opened.model)
        run = _write(begun, overseer, fixed, how)
    return run


def _count_replies(rows: Any) -> int:
    """The stretches of trained tokens."""
    return sum(int((one.is_trained[1:] & ~one.is_trained[:-1]).sum()) for one in rows)


def _write(begun: Begun, overseer: Overseer, fixed: Mapping[str, Any], state: str) -> Run:
    """run.json, and the tracker's row unless it is still running."""
    log, project = read_log(begun.folder), begun.project
    run = Run(
        run_id=begun.run_id,
        verb="train",
        corpus=begun.order.data.name,
        model=begun.order.model,
        adapter=project.shown(begun.folder / "adapter"),
        data_sha256=begun.order.data.sha256,
        settings={
            "data": project.shown(begun.order.data.folder),
            **begun.order.settings.to_json(),
        },
        metrics={**fixed, **_metrics(begun, overseer, log)},
        versions=tracker.versions(),
        folder=project.shown(begun.folder),
        started=begun.started,
        seconds=round(log[-1]["seconds"], 3) if log else 0.0,
        state=state,
    )
    write_json(begun.folder / RUN, {**run._asdict(), "data": begun.data})
    if state != "running":
        tracker.record(begun.project, run, steps=steps_of(log))
    return run


def _metrics(begun: Begun, overseer: Overseer, log: list[dict[str, Any]]) -> dict[str, Any]:
    """What came of a run so far."""
    kept = checkpoints(begun.folder)
    best = overseer.state.best
    losses = [row["loss"] for row in log if row["loss"] is not None]
    speeds = [row["tokens_per_second"] for row in log if row["tokens_per_second"] is not None]
    found = {
        "iterations": overseer.state.iteration,
        "trained_tokens": overseer.state.trained_tokens,
        "best": best,
        "best_valid_loss": best and best["valid_loss"],
        "first_valid_loss": next(
            (r["valid_loss"] for r in log if r["valid_loss"] is not None), None
        ),
        "last": begun.project.shown(kept[-1]) if kept else None,
        "last_loss": losses[-1] if losses else None,
        "tokens_per_second": sum(speeds) / len(speeds) if speeds else None,
        "peak_memory_bytes": max((row["peak_memory_bytes"] for row in log), default=None),
    }
    if best:
        found["summary"] = f"valid {best['valid_loss']:.3f} at {best['iteration']:,}"
    return found


def _out_of_memory(error: BaseException) -> Exception:
    told = str(error)
    if "Unable to write" in told:  # mlx's words
        return CurateError(
            "training",
            f"a checkpoint cannot be written\n{' '.join(told.split())[:300]}",
            "make room on the disk, and go on from the one before: curate train --resume RUN",
        )
    if not any(word in told.lower() for word in ("alloc", "memory")):
        return error if isinstance(error, Exception) else RuntimeError(told)
    return CurateError(
        "training",
        f"the memory is used up\n{' '.join(told.split())[:300]}",
        "give a smaller --batch-size with --accumulate, --grad-checkpoint, or fewer --layers; "
        "curate probe says what fits",
    )


def _read_run(run_id: str, folder: Path) -> dict[str, Any]:
    try:
        given = json.loads((folder / RUN).read_text(encoding="utf-8"))
        Settings.from_json(given["settings"])
        return {key: given[key] for key in (*Run._fields, "data")}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CurateError(
            f"--resume {run_id}",
            f"its {RUN} is none of ours: {type(error).__name__}: {error}",
            f"train anew; its checkpoints are in {folder}",
        ) from None
    except FileNotFoundError:
        runs = sorted(path.parent.name for path in folder.parent.glob(f"train-*/{RUN}"))
        known = ", ".join(runs) or "none yet"
        raise CurateError(
            f"--resume {run_id}", f"there is no such run\ntrainings: {known}", "name one of them"
        ) from None


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
