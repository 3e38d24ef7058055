"""`curate fuse`: what is meant, done, recorded as a run, and told.

fuse_asked(project, FuseAsked(text="phase27"), progress)       # the JSON of curate fuse --json
"""

from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.naming import check_adapter, training_run
from curate.models.weights import fusing
from curate.models.weights.divergence import Tell
from curate.models.weights.judging import fall_of, fallen
from curate.models.weights.measured import MOST_TOKENS, measured_rows
from curate.models.weights.recording import (
    Started,
    data_to_measure,
    figures,
    scorer,
    shown_model,
    told_of,
)
from curate.project import Project


class FuseAsked(NamedTuple):
    """Options of `curate fuse`. text: a corpus or a run; the last run when nothing is named."""

    text: str | None = None
    model: str | None = None
    adapter: Path | None = None
    to: Path | None = None
    data: str | None = None
    suite: str | None = None
    force: bool = False
    most_tokens: int = MOST_TOKENS


def fuse_asked(project: Project, asked: FuseAsked, progress: Tell) -> dict[str, Any]:
    """Fuse, record and tell. Raises CurateError for what is missing, and for a fuse gone wrong."""
    model, adapter, corpus, text, target = _to_fuse(project, asked)
    data = data_to_measure(project, asked.data or text, "curate fuse")
    score = scorer(project, asked.suite, progress)
    started = Started(project)
    rows = measured_rows(data.folder, model, asked.most_tokens)
    order = fusing.Order(model, adapter, target, asked.force)
    fused = fusing.fuse(order, rows, progress)
    fall = fall_of(score(model, adapter), score(str(target))) if score else None
    reasons = fallen(fall)
    settings = {"target": project.shown(target), "data": project.shown(data.folder)}
    metrics = {
        "size_bytes": fused.size_bytes,
        "count_layers": fused.count_layers,
        "base_bits": fused.bits,
        **figures(fused.from_adapter),
        "learned_kl": fused.learned.mean,
        "lost_fraction": fused.lost_fraction,
        "suite": fall and {"suite": asked.suite, **fall._asdict()},
        "is_lost": bool(reasons),
        "reasons": reasons,
        "summary": f"KL {fused.from_adapter.mean:.1e} from its adapter",
    }
    run = started.record(
        project,
        verb="fuse",
        corpus=corpus or data.name,
        model=shown_model(project, model),
        adapter=project.shown(adapter),
        data=data,
        settings=settings,
        metrics=metrics,
    )
    return told_of(run)


def _to_fuse(project: Project, asked: FuseAsked) -> tuple[str, Path, str | None, str | None, Path]:
    """Model, adapter, corpus, data and target."""
    if asked.model is not None or asked.adapter is not None:
        if asked.text is not None or asked.model is None or asked.adapter is None or not asked.to:
            raise CurateError(
                "curate fuse",
                "either a run is fused, or --model and --adapter --to another folder",
                "name a run or its corpus alone, or give --model, --adapter and --to together",
            )
        check_adapter(asked.adapter)
        return asked.model, asked.adapter, None, None, asked.to
    trained = training_run(project, asked.text)
    check_adapter(trained.adapter)
    target = asked.to or trained.folder / "fused"
    return trained.model, trained.adapter, trained.corpus, trained.data, target
