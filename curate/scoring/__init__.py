"""`curate score`: how often a model's replies are right, measured on prompts with known answers.

    scored = score(project, resolve(project, "adapter"), "phase27", progress=progress)
    scored.rates["overall"]      # Rate(right=31, count=40, low=0.62, high=0.88)

A reply is parsed strictly, its calls are executed in the sandbox, and what they bring is compared
with what the reference's calls brought (`suites`, `playing`, `judging`).
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from curate import dialects, tracker
from curate.errors import CurateError
from curate.project import Project
from curate.reporting.shown import one_line
from curate.scoring.baselines import Learned, baselines, learn
from curate.scoring.engine import Conversation, Engine, Measured, Reply
from curate.scoring.playing import MAX_TOKENS, MAX_TURNS, WAVE, Limits, Play, Task, play
from curate.scoring.rates import Paired, Rate, mcnemar, rate
from curate.scoring.recording import StoppedError, kept, recorded, state_of
from curate.scoring.reference import Hands
from curate.scoring.scored import (
    Scored,
    categories_of,
    confusion_of,
    rates_of,
    reasons_of,
    rows_of,
    timings_of,
)
from curate.scoring.splits import first_prompts
from curate.scoring.tasks import Prepared, Wanted, prepare

if TYPE_CHECKING:
    from curate.models.naming import Named
    from curate.recipe import Surface

__all__ = ["How", "Paired", "Rate", "Scored", "StoppedError", "mcnemar", "rate", "score"]


@dataclass(frozen=True)
class How:
    """How a model is asked. dialect: the model's own without one; corpus: what it learned from."""

    surface: "Surface | None" = None
    dialect: str | None = None
    max_tokens: int = MAX_TOKENS
    max_turns: int = MAX_TURNS
    seed: int = 0
    batch: int = 1
    corpus: str | None = None
    generate: int | None = None
    source: str | None = None


def score(
    project: Project,
    named: "Named",
    suite: str,
    *,
    progress: Callable[[int, int, str], None],
    limit: int | None = None,
    record: bool = True,
    how: How | None = None,
    engine: Engine | None = None,
) -> Scored:
    """Score a model on a suite, or on a split: 'valid:phase27'.

    `limit` draws so many of its prompts by the seed. The run is a row of out/runs.duckdb where
    `record` is set. Raises CurateError for a suite, model or endpoint that does not open.
    """
    how, hands, started = how or How(), Hands(), time.perf_counter()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    if record:
        tracker.ready(project)
    trained_on = how.corpus or trained_corpus(project, named)
    surface = how.surface or _trained_surface(project, trained_on)
    wanted = Wanted(suite, surface, limit, how.seed, how.generate, how.source)
    prepared = prepare(project, wanted, hands, progress)
    asked = _Clocked(engine or engine_of(named, how))
    dialect = how.dialect or asked.engine.dialect
    parse = dialects.load(project, dialect or _no_dialect(project, named)).parse
    limits = Limits(how.max_turns, how.max_tokens)
    plays, broken = _played(prepared.tasks, asked, parse, limits, hands=hands, progress=progress)
    if broken is not None and not (record and plays):
        raise broken
    rows = rows_of(prepared.suite, plays)
    corpus = trained_on or prepared.corpus
    learned, notes = _learned(project, corpus, prepared)
    scored = Scored(
        run_id=None,
        suite=prepared.suite,
        surface=prepared.surface,
        dialect=str(dialect),
        model=named.shown(project),
        adapter=project.shown(named.adapter) if named.adapter else None,
        source=prepared.source,
        corpus=corpus,
        rates=rates_of(plays, rows),
        categories=categories_of(rows),
        confusion=confusion_of(plays),
        baselines=baselines(prepared.tasks, learned),
        timings=timings_of(plays, asked.engine.measured(), asked.seconds),
        reasons=reasons_of(rows),
        warnings=[*asked.engine.warnings(), *notes],
        replies=rows,
    )
    if not record:
        return scored
    seconds = time.perf_counter() - started
    scored = recorded(
        project, scored, how, prepared, began=began, seconds=seconds, state=state_of(broken)
    )
    if broken is not None:
        raise kept(broken, scored, len(prepared.tasks))
    return scored


def _played(
    tasks: Sequence[Task],
    asked: "_Clocked",
    parse: dialects.Parse,
    limits: Limits,
    *,
    hands: Hands,
    progress: Callable[[int, int, str], None],
) -> tuple[list[Play], BaseException | None]:
    """Every play; or those that had ended when something ended it all, and what did."""
    ended: list[Play] = []
    try:
        plays = play(tasks, asked, parse, limits, hands=hands, progress=progress, ended=ended)
    except (KeyboardInterrupt, CurateError) as error:
        return ended, error
    faults = [turn.reply.fault for one in plays for turn in one.turns]
    if all(faults):
        raise CurateError(
            "endpoint",
            f"none of its {len(faults):,} replies could be used\n{one_line(faults[0] or '')}",
            "see that it is an OpenAI-compatible server, and give the URL that ends in /v1",
        )
    return plays, None


class _Clocked:
    """An engine whose time is counted."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.seconds = engine, 0.0
        self.dialect = engine.dialect
        self.batch = getattr(engine, "batch", WAVE)

    def replies(self, asked: Sequence[Conversation], max_tokens: int) -> list[Reply]:
        started = time.perf_counter()
        try:
            return self.engine.replies(asked, max_tokens)
        finally:
            self.seconds += time.perf_counter() - started

    def measured(self) -> Measured:
        return self.engine.measured()

    def warnings(self) -> list[str]:
        return self.engine.warnings()


def engine_of(named: "Named", how: How) -> Engine:
    """The engine of a model: this machine's, or an endpoint."""
    if named.endpoint is not None:
        from curate.scoring.endpoint import Endpoint

        return Endpoint(named.endpoint, named.model, dialect=how.dialect or "hermes")
    from curate.models.replying import open_engine

    assert named.model is not None
    return open_engine(named.model, named.adapter, batch=how.batch)


def _no_dialect(project: Project, named: "Named") -> str:
    raise CurateError(
        f"model {named.name}",
        "its chat template is of no dialect that we can read calls in\n"
        f"dialects: {', '.join(dialects.dialects(project))}",
        "name the one it was trained in: --dialect hermes",
    )


def trained_corpus(project: Project, named: "Named") -> str | None:
    """The corpus of the training run that a model or its adapter lies in; None outside of runs."""
    for path in (named.adapter, Path(named.model) if named.model else None):
        if path is None or not path.resolve().is_relative_to((project.out / "runs").resolve()):
            continue
        run_id = path.resolve().relative_to((project.out / "runs").resolve()).parts[0]
        try:
            rows = tracker.read(project, "select corpus from runs where run_id = ?", [run_id])
        except CurateError:
            return None
        return rows[0][0] if rows else None
    return None


def _trained_surface(project: Project, corpus: str | None) -> "Surface | None":
    """The surface of a built corpus, as its manifest has it; None where that is not known."""
    path = project.out / (corpus or "") / "manifest.json"
    if corpus is None or not path.is_file():
        return None
    try:
        surface = json.loads(path.read_text(encoding="utf-8"))["recipe"]["surface"]
    except (ValueError, LookupError, TypeError):
        return None
    return surface if surface in {"code", "direct"} else None


def _learned(
    project: Project, corpus: str | None, prepared: Prepared
) -> tuple[Learned | None, list[str]]:
    """What two words tell in the train split of a corpus, and what is to be said of it."""
    from curate.models.training.dataset import data_of, read_split
    from curate.scoring.leaks import leaked

    if corpus is None:
        return None, ["no look-up of first words: --corpus names what the model was trained on"]
    try:
        rows = read_split(data_of(project, corpus).folder, "train")
    except CurateError as error:
        return None, [f"no look-up of first words: {error.where}: {error.what.splitlines()[0]}"]
    trained = first_prompts(rows)
    prompts = [task.prompt for task in prepared.tasks]
    seen = leaked(prompts, [prompt for prompt, _ in trained])
    if not seen:
        return learn(trained), []
    said = f"{len(seen)} of {len(prompts)} prompts stand in train of {corpus}, or nearly so"
    return learn(trained), [f"{said}: {seen[0]}"]
