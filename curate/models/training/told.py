"""What a user asks of `curate train`, and what is told of the run.

run_training(project, "phase27", "models/tiny", None, settings, jobs, telling)
"""

import shlex
from typing import Any

from curate.errors import CurateError
from curate.models.training.dataset import data_of
from curate.models.training.preflight import Order
from curate.models.training.probing import probe
from curate.models.training.running import resume, train
from curate.models.training.settings import Settings
from curate.models.training.watching import Telling, spoken
from curate.project import Project
from curate.tracker import Run


def run_training(
    project: Project,
    corpus: str | None,
    model: str | None,
    settings: Settings,
    telling: Telling,
    *,
    run_id: str | None = None,
    jobs: int = 1,
) -> Run:
    """The run, when it is over. Raises CurateError for what is not named, or does not fit."""
    from curate.models.opening import require_mlx

    require_mlx("curate train")
    if run_id is not None:
        return resume(project, run_id, telling, jobs)
    if corpus is None or model is None:
        raise CurateError(
            "curate train",
            f"{'no corpus' if corpus is None else 'no model'} is named",
            "run: curate train CORPUS --model MODEL, or curate train --resume RUN",
        )
    data = data_of(project, corpus)
    return train(project, Order(project, data, model, settings.checked(), jobs), corpus, telling)


def run_probe(
    project: Project, data: str, model: str, settings: Settings, telling: Telling, *, jobs: int = 1
) -> dict[str, Any]:
    """What a probe finds."""
    from curate.models.opening import require_mlx

    require_mlx("curate probe")
    order = Order(project, data_of(project, data), model, settings.checked(), jobs)
    return probe(project, order, telling)


def run_text(run: Run) -> str:
    """What came of a run, and what to do next."""
    found = run.metrics
    best = found["best"]
    done = f"{found['iterations']:,} of {run.settings['iterations']:,} iterations"
    of = f"  best, of iteration {best['iteration']:,}" if best else ""
    lines = [
        f"{run.run_id}: {run.state} after {done}, {spoken(run.seconds)}",
        f"  adapter  {run.adapter}{of}",
    ]
    if best:
        first = found["first_valid_loss"]
        lines.append(f"  valid    {best['valid_loss']:.3f}, from {first:.3f} before the first step")
        if best["valid_loss"] >= first:
            lines.append("  note     that is no better: on rows of valid, nothing was gained")
    lines.append(f"  last     {found['last']}")
    if run.state == "stopped":
        lines.append(f"  go on    curate train --resume {run.run_id}")
    else:
        lines.append(f"  next     curate score {shlex.quote(run.model)} --adapter {run.adapter}")
    return "\n".join(lines)
