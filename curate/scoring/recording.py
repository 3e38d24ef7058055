"""What `curate score` leaves: a row of out/runs.duckdb, its replies, and scored.json in its folder.

    scored = recorded(project, scored, how, prepared, began="2026-11-21T10:00:00+00:00", ...)

A score that was ended before its time keeps the replies that there were, and counts as no score.
"""

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from curate import tracker
from curate.errors import CurateError
from curate.project import Project
from curate.scoring.scored import Scored
from curate.scoring.tasks import Prepared

if TYPE_CHECKING:
    from curate.scoring import How


class StoppedError(KeyboardInterrupt):
    """Somebody stopped a score; says what was answered till then, and where that is kept."""


def state_of(broken: BaseException | None) -> str:
    """How a run ended, as the tracker has it."""
    if broken is None:
        return "done"
    return "failed" if isinstance(broken, CurateError) else "stopped"


def kept(broken: BaseException, scored: Scored, count: int) -> BaseException:
    """What ended a score, with what is kept of it."""
    count_kept = len(scored.replies)
    told = f"{count_kept:,} of {count:,} prompts were answered: their replies are kept as "
    told += f"{scored.run_id}, which counts as no score"
    if isinstance(broken, CurateError):
        return CurateError(
            broken.where, f"{broken.what}\n{told}", broken.fix, exit_code=broken.exit_code
        )
    return StoppedError(told)


def recorded(
    project: Project,
    scored: Scored,
    how: "How",
    prepared: Prepared,
    *,
    began: str,
    seconds: float,
    state: str,
) -> Scored:
    """The same with its run_id, when its run and its replies are in the tracker."""
    run_id, folder = tracker.new_folder(project, "score", scored.suite)
    scored = replace(scored, run_id=run_id)
    summary = f"{state} after {len(scored.replies)} of {len(prepared.tasks)} prompts"
    given = json.dumps(scored.as_json(), ensure_ascii=False, indent=1)
    (folder / "scored.json").write_text(given + "\n", encoding="utf-8")
    run = tracker.Run(
        run_id=run_id,
        verb="score",
        corpus=scored.corpus,
        model=scored.model,
        adapter=scored.adapter,
        data_sha256=_sha256(prepared),
        settings={
            **asdict(how),
            "suite": scored.suite,
            "surface": scored.surface,
            "dialect": scored.dialect,
        },
        metrics=_metrics(scored) if state == "done" else {"summary": summary},
        versions=tracker.versions(),
        folder=project.shown(folder),
        started=began,
        seconds=round(seconds, 3),
        state=state,
    )
    try:
        tracker.record(project, run, replies=scored.replies)
    except CurateError as error:
        kept = f"what was found is kept in {run.folder}/scored.json"
        raise CurateError(error.where, f"{error.what}\n{kept}", error.fix) from None
    return scored


def _metrics(scored: Scored) -> dict[str, Any]:
    return {
        **{name: one.as_json() for name, one in scored.rates.items()},
        **scored.timings,
        "baselines": scored.as_json()["baselines"],
    }


def _sha256(prepared: Prepared) -> str:
    """The hash of everything that was asked and offered."""
    asked = json.dumps([task.conversation for task in prepared.tasks], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()
