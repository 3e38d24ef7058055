"""Whether a model will train here: all checks, and then real steps over the longest rows.

    found = probe(project, order, telling)
    found["will_train"], found["seconds_per_iteration"], found["peak_memory_bytes"]

The steps are made in a process of their own, so that its memory is the training's, and being
killed for it is an answer. The longest batch gives the memory; with a batch of middle length it
gives the time of every other one.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from curate import tracker
from curate.models.training.adapting import adapt
from curate.models.training.batches import filled, planned, width_of
from curate.models.training.estimating import memory_free
from curate.models.training.fitting import Step, Watcher, fit, validation_loss
from curate.models.training.masking import Encoded
from curate.models.training.preflight import Order, preflight
from curate.models.training.settings import Settings
from curate.models.training.watching import Telling, spoken
from curate.project import Project
from curate.tracker import Run

STEPS = 3  # timed over each batch, after one that is not
Rows = Sequence[Encoded]
LESS = "give a smaller --batch-size with --accumulate, --grad-checkpoint, or fewer --layers"


def probe(project: Project, order: Order, telling: Telling) -> dict[str, Any]:
    """What a training would be. Raises CurateError only for what cannot be read at all."""
    import mlx.core as mx

    began = time.monotonic()
    checked = preflight(order, telling.progress)
    found: dict[str, Any] = {
        "model": order.model,
        "data": order.data.name,
        "iterations": checked.settings.iterations,
        "failures": [one._asdict() for one in checked.failures],
        "memory_estimate_bytes": checked.memory_bytes,
        "memory_free_bytes": None,
        "peak_memory_bytes": None,
        "seconds_per_iteration": None,
        "tokens_per_second": None,
        "seconds_estimate": None,
        "killed": None,
    }
    rows, settings = checked.rows, checked.settings
    opened = checked.opened and str(checked.opened.folder)
    del checked  # and the model with it: the steps open it once more
    mx.clear_cache()
    found["memory_free_bytes"] = memory_free()
    if opened is not None and all(rows.values()):
        telling.progress(0, 2 * (STEPS + 1), "steps tried")
        tried = _apart(opened, longest_and_middle(rows["train"], settings), settings)
        found |= tried if "killed" in tried else _reckoned(tried, rows, settings)
    found["will_train"] = not found["failures"] and found["peak_memory_bytes"] is not None
    _record(project, order, found, time.monotonic() - began)
    return found


def longest_and_middle(rows: Rows, settings: Settings) -> list[list[Encoded]]:
    """The widest batch that an epoch has, and one of middle length."""
    lengths = [one.count_tokens for one in rows]
    order = sorted(range(len(rows)), key=lambda row: lengths[row])
    size, middle = settings.batch_size, len(order) // 2
    start = max(0, min(middle - size // 2, len(order) - size))
    return [[rows[row] for row in order[-size:]], [rows[row] for row in order[start:][:size]]]


def probe_text(found: dict[str, Any]) -> str:
    """What was found, for a person."""
    lines = []
    if found["peak_memory_bytes"] is not None:
        peak, free = (found[f"{one}_bytes"] / 1e9 for one in ("peak_memory", "memory_free"))
        longest = f"{found['seconds_longest']:.3g} over the longest rows"
        table = {
            "seconds an iteration": f"{found['seconds_per_iteration']:.3g}, {longest}",
            "tokens a second": f"{found['tokens_per_second']:,.0f}",
            "peak memory": f"{peak:.2f} GB of {free:.1f} GB free",
            f"{found['iterations']:,} iterations": f"{spoken(found['seconds_estimate'])}, "
            "evaluations included",
        }
        lines += [f"{name:<22}{value}" for name, value in table.items()]
    for one in found["failures"]:
        lines += [f"{one['check']}: {one['what']}", f"  fix: {one['fix']}"]
    if found["killed"]:
        lines += [f"the steps ended: {found['killed']}", f"  fix: {LESS}"]
    verdict = "will train here" if found["will_train"] else "will not train here as it is"
    return "\n".join([*lines, f"{found['model']} on {found['data']}: {verdict}"])


def _reckoned(
    tried: dict[str, Any], rows: Mapping[str, Rows], settings: Settings
) -> dict[str, Any]:
    """The whole training, from the time of two batches: in between by their width."""
    (wide, wide_seconds, wide_tokens), (narrow, narrow_seconds, narrow_tokens) = tried["steps"]
    slope = (wide_seconds - narrow_seconds) / (wide - narrow) if wide > narrow else 0.0

    def seconds_of(width: int) -> float:
        return max(0.0, narrow_seconds + max(0.0, slope) * (width - narrow))

    lengths = [one.count_tokens for one in rows["train"]]
    epoch = _one_epoch(lengths, settings)
    each = sum(map(seconds_of, epoch)) / len(epoch)
    evaluations = 1 + -(-settings.iterations // settings.whole(settings.steps_per_eval))
    valid_share = sum(one.count_tokens for one in rows["valid"]) / sum(lengths)
    valid = valid_share * len(epoch) * tried["seconds_forward"] / wide_seconds * each
    return {
        "peak_memory_bytes": tried["peak_memory_bytes"],
        "process_memory_bytes": tried["process_memory_bytes"],
        "seconds_per_iteration": each,
        "seconds_longest": wide_seconds,
        "tokens_per_second": (wide_tokens + narrow_tokens) / (wide_seconds + narrow_seconds),
        "seconds_estimate": each * settings.iterations + valid * evaluations,
    }


def _one_epoch(lengths: Sequence[int], settings: Settings) -> list[int]:
    """The widths of an epoch's batches."""
    plan = planned(lengths, settings.batch_size, seed=settings.seed, loop=False)
    return [max(width_of(lengths[row]) for row in rows) for rows in plan]


def _apart(model: str, tried: list[list[Encoded]], settings: Settings) -> dict[str, Any]:
    """Steps over these batches, made in a new process; `killed` says how it ended otherwise."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=step_alone, args=(theirs, model, tried, settings))
    process.start()
    theirs.close()
    try:
        told = ours.recv()
    except EOFError:
        told = None
    process.join()
    if told is None:
        return {"killed": f"the process ended with {process.exitcode}: its memory is used up"}
    return told


def step_alone(
    answer: Connection, model: str, tried: list[list[Encoded]], settings: Settings
) -> None:
    """Make the steps, and send what they took."""
    import mlx.core as mx

    from curate.models.opening import open_weights
    from curate.models.training.running import optimizer_of

    opened = open_weights(model)
    mx.random.seed(settings.seed)
    adapt(opened.model, settings)
    timed = _Timed()
    source = _repeated(tried)
    steps = (STEPS + 1) * len(tried)
    try:
        told = replace(settings, iterations=steps, accumulate=1)
        fit(opened.model, optimizer_of(told), tried[0], told, timed, given=source)
        peak = mx.get_peak_memory()
        began = time.perf_counter()
        validation_loss(opened.model, tried[0], settings.batch_size, lambda: None)
        forward = time.perf_counter() - began
    except (RuntimeError, MemoryError) as error:
        answer.send({"killed": " ".join(str(error).split())[:300]})
        return
    scale = 1 if sys.platform == "darwin" else 1024
    answer.send(
        {
            "steps": timed.of(tried),
            "seconds_forward": forward,
            "peak_memory_bytes": peak,
            "process_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale,
        }
    )


class _Timed(Watcher):
    def __init__(self) -> None:
        self._steps: list[Step] = []

    def after(self, step: Step) -> None:
        self._steps.append(step)

    def of(self, tried: Sequence[Rows]) -> list[tuple[int, float, int]]:
        """Width, seconds and tokens of each batch; its first step, which compiles, left out."""
        found = []
        for place, rows in enumerate(tried):
            steps = self._steps[place * (STEPS + 1) + 1 :][:STEPS]
            width = max(width_of(one.count_tokens) for one in rows)
            found.append((width, median(one.seconds for one in steps), steps[0].count_tokens))
        return found


def _repeated(tried: Sequence[Rows]) -> Iterator[Any]:
    for rows in tried:
        for _ in range(STEPS + 1):
            yield filled(rows)


def _record(project: Project, order: Order, found: dict[str, Any], seconds: float) -> None:
    run_id, folder = tracker.new_folder(project, "probe", order.data.name)
    verdict = "will train" if found["will_train"] else "will not train"
    run = Run(
        run_id=run_id,
        verb="probe",
        corpus=order.data.name,
        model=order.model,
        adapter=None,
        data_sha256=order.data.sha256,
        settings=order.settings.to_json(),
        metrics={**found, "summary": verdict},
        versions=tracker.versions(),
        folder=project.shown(folder),
        started=datetime.fromtimestamp(time.time() - seconds, UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        state="done" if found["will_train"] else "failed",
    )
    tracker.record(project, run)
    found["run_id"] = run_id
