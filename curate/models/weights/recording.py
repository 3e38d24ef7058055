"""What the runs of `curate fuse` and `curate quantize` share: their data, their row, what is told.

started = Started(project)
run = started.record(project, verb="fuse", corpus="phase27", ...)
told_of(run)             # the object that --json prints
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curate import tracker
from curate.errors import CurateError
from curate.models.naming import Named
from curate.models.training.dataset import Data, data_of
from curate.models.weights.divergence import Divergence, Tell
from curate.models.weights.ladder import Replies
from curate.project import Project

Score = Callable[..., Replies]  # of a model, with or without an adapter


class Started:
    """When a run began, and its row when it is over. Raises CurateError where that cannot be."""

    def __init__(self, project: Project) -> None:
        tracker.ready(project)
        self._began, self._at = time.monotonic(), datetime.now(UTC)

    def record(
        self,
        project: Project,
        *,
        verb: str,
        corpus: str,
        model: str,
        adapter: str | None,
        data: Data,
        settings: dict[str, Any],
        metrics: dict[str, Any],
    ) -> tracker.Run:
        """Give the run a name and a folder, and write its row."""
        run_id, folder = tracker.new_folder(project, verb, corpus)
        run = tracker.Run(
            run_id,
            verb,
            corpus,
            model,
            adapter,
            data.sha256,
            settings,
            metrics,
            tracker.versions(),
            project.shown(folder),
            self._at.isoformat(timespec="milliseconds"),
            round(time.monotonic() - self._began, 3),
            "done",
        )
        tracker.record(project, run)
        return run


def told_of(run: tracker.Run) -> dict[str, Any]:
    """A run as --json prints it: its settings and metrics beside its name."""
    kept = ("run_id", "corpus", "model", "adapter", "seconds")
    return {key: getattr(run, key) for key in kept} | run.settings | run.metrics


def figures(one: Divergence) -> dict[str, Any]:
    """Metrics of a run, of how far a model is from what it was made from."""
    return {
        "kl_mean": one.mean,
        "kl_p99": one.p99,
        "kl_most": one.most,
        "agreement": one.agreement,
        "count_tokens": one.count_tokens,
    }


def data_to_measure(project: Project, text: str | None, where: str) -> Data:
    """The data whose valid rows models are compared on. Raises CurateError where none is named."""
    if text is None:
        raise CurateError(
            where,
            "nothing says on which rows the models are compared",
            "give --data with a corpus, or a folder with train.jsonl and valid.jsonl",
        )
    return data_of(project, text)


def scorer(project: Project, suite: str | None, progress: Tell) -> Score | None:
    """What scores a model by a suite; None without one. Raises CurateError for none such."""
    if suite is None:
        return None
    from curate.scoring import score
    from curate.scoring.tasks import require_suite

    require_suite(project, suite)

    def replies(model: str, adapter: Path | None = None) -> Replies:
        named = Named(Path(model).name, model, adapter, None)
        return score(project, named, suite, progress=progress).replies

    return replies


def shown_model(project: Project, model: str) -> str:
    """A model's folder as it is shown, or its name."""
    return project.shown(Path(model)) if Path(model).is_dir() else model
