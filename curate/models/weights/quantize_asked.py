"""`curate quantize`: what is meant, done, recorded as runs, and told.

quantize_asked(project, QuantizeAsked(text="phase27", ladder=[Bits(5)]), progress)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.naming import resolve, training_run
from curate.models.weights.divergence import Tell
from curate.models.weights.ladder import Allowed, Rung, Subject, climb
from curate.models.weights.measured import MOST_TOKENS, measured_rows
from curate.models.weights.quantizing import Bits
from curate.models.weights.recording import (
    Started,
    data_to_measure,
    figures,
    scorer,
    shown_model,
    told_of,
)
from curate.project import Project


class QuantizeAsked(NamedTuple):
    """Options of `curate quantize`. text: a corpus, a run or a model."""

    text: str
    ladder: Sequence[Bits]
    base: str | None = None
    to: Path | None = None
    data: str | None = None
    suite: str | None = None
    force: bool = False
    is_skipping_allowed: bool = False
    most_tokens: int = MOST_TOKENS


def quantize_asked(project: Project, asked: QuantizeAsked, progress: Tell) -> list[dict[str, Any]]:
    """Quantise to each number of bits, record and tell, the fewest bits first."""
    subject, corpus, text = _to_quantize(project, asked)
    data = data_to_measure(project, asked.data or text, f"curate quantize {asked.text}")
    score = scorer(project, asked.suite, progress)
    rows = measured_rows(data.folder, subject.model, asked.most_tokens)
    told = []
    started = Started(project)
    rungs = climb(
        subject,
        sorted(asked.ladder),
        rows,
        allowed=Allowed(asked.force, asked.is_skipping_allowed),
        score=score,
        progress=progress,
    )
    for rung in rungs:
        settings = {
            **rung.to._asdict(),
            "target": project.shown(rung.quantized.folder),
            "base": subject.base and shown_model(project, subject.base),
            "data": project.shown(data.folder),
        }
        run = started.record(
            project,
            verb="quantize",
            corpus=corpus or data.name,
            model=shown_model(project, subject.model),
            adapter=None,
            data=data,
            settings=settings,
            metrics=_metrics(rung, asked.suite),
        )
        told.append(told_of(run))
        started = Started(project)
    return told


def _to_quantize(project: Project, asked: QuantizeAsked) -> tuple[Subject, str | None, str | None]:
    """What is quantised, its corpus and its data."""
    if Path(asked.text).is_dir() and (Path(asked.text) / "config.json").is_file():
        folder = Path(asked.text)
        return Subject(str(folder), asked.base, asked.to or folder), None, None
    try:
        trained = training_run(project, asked.text)
    except CurateError:
        if "/" not in asked.text:
            raise
        place = asked.to or project.out / "models" / asked.text.rpartition("/")[2]
        return Subject(asked.text, asked.base, place), None, None
    named = resolve(project, "fused", run=trained.run_id)
    place = asked.to or trained.folder / "fused"
    base = asked.base or trained.model
    return Subject(str(named.model), base, place), trained.corpus, trained.data


def _metrics(rung: Rung, suite: str | None) -> dict[str, Any]:
    made, measures = rung.quantized, rung.measures
    verdict = "lost" if rung.reasons else "kept"
    return {
        "size_bytes": made.size_bytes,
        "bits_per_weight": made.bits_per_weight,
        "count_layers": made.count_layers,
        "skipped": made.skipped,
        "left_whole": made.kept,
        **figures(measures.from_tuned),
        "kl_from_base": measures.from_base and measures.from_base.mean,
        "learned_kl": measures.learned and measures.learned.mean,
        "kept_fraction": rung.kept_fraction,
        "suite": measures.fall and {"suite": suite, **measures.fall._asdict()},
        "is_lost": bool(rung.reasons),
        "reasons": rung.reasons,
        "summary": f"{made.bits_per_weight:.2f} bits a weight, KL {measures.from_tuned.mean:.2g}"
        + (f", {verdict}" if measures.learned or measures.fall else ""),
    }
