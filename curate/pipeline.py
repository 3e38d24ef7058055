"""The stages in order, and which of them a build must run again.

A stage is done again when its fingerprint moved: its code, its SQL and templates, its part of the
recipe, or the fingerprint of the stage before it. Each stage commits once, so a killed build goes
on.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from curate.errors import CurateError
from curate.project import code_digest
from curate.stages.audit import audit
from curate.stages.base import Build, Contract, Stage, StageReport
from curate.stages.compose import compose
from curate.stages.dedupe import dedupe
from curate.stages.execute import execute
from curate.stages.export import export
from curate.stages.fetch import fetch
from curate.stages.plant import plant
from curate.stages.propose import propose
from curate.stages.scan import scan
from curate.stages.select import select
from curate.stages.split import split

STAGES: tuple[Stage, ...] = (
    fetch,
    scan,
    plant,
    propose,
    execute,
    compose,
    dedupe,
    select,
    split,
    audit,
    export,
)


@dataclass(frozen=True)
class Done:
    """A stage of this build: its report and seconds; `is_fresh` when nothing had to be done."""

    report: StageReport
    seconds: float
    is_fresh: bool


def run(
    build: Build, stages: Sequence[Stage], tell: Callable[[Done], None], *, again: bool = False
) -> list[Done]:
    """Run what has to be run, telling each stage as it finishes. `again` runs all.

    Raises CurateError from a stage; what was finished before stays.
    """
    done, before = [], ""
    _point_settings(build)
    for stage in stages:
        contract: Contract = sys.modules[stage.__module__].CONTRACT
        chain, before = before, fingerprint(build, stage, contract, before)
        known = None if again else _known(build, stage, before)
        started = time.perf_counter()
        if known is None:
            _forget(build, STAGES[STAGES.index(stage) :] if stage in STAGES else (stage,))
            report = stage(build)
            seconds = time.perf_counter() - started
            # again, since what it looked for may be there only now
            before = fingerprint(build, stage, contract, chain)
            _remember(build, report, before, seconds)
        else:
            report, seconds = known, 0.0
        done.append(Done(report, seconds, known is not None))
        tell(done[-1])
    return done


def fingerprint(build: Build, stage: Stage, contract: Contract, before: str) -> str:
    """sha256 over everything that a stage's result depends on."""
    parts = {
        "stage": stage.__name__,
        "before": before,
        "code": code_digest(
            (
                *contract.code,
                "store.py",
                "stages/base.py",
                f"stages/{stage.__module__.rpartition('.')[2]}.py",
            )
        ),
        "files": build.project.digest((*contract.files, "sql/schema")),
        "recipe": _parts_of_recipe(build, stage, (*contract.keys, "corpus")),
        "versions": contract.versions(build),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _parts_of_recipe(build: Build, stage: Stage, keys: Sequence[str]) -> dict[str, Any]:
    """The values of these keys, `export.batch_size` for one of a table."""
    parts = {}
    recipe = build.recipe.model_dump(mode="json")
    for key in keys:
        part: Any = recipe
        for name in key.split("."):
            if name not in part:
                raise CurateError(
                    f"stage {stage.__name__}",
                    f"depends on {key}, which no recipe has",
                    "mend its CONTRACT",
                )
            part = part[name]
        parts[key] = part
    return parts


def _known(build: Build, stage: Stage, current: str) -> StageReport | None:
    rows = build.store.query(
        """
        select rows_in, rows_out, dropped from stage_runs
        where corpus = ? and stage = ? and fingerprint = ?
        """,
        [build.corpus, stage.__name__, current],
    )
    if not rows:
        return None
    rows_in, rows_out, dropped = rows[0]
    return StageReport(stage.__name__, rows_in, rows_out, json.loads(dropped))


def _forget(build: Build, stages: Sequence[Stage]) -> None:
    """Remove what these stages wrote for the corpus: it was made from rows that are no more."""
    with build.store.transaction():
        for stage in stages:
            contract: Contract = sys.modules[stage.__module__].CONTRACT
            build.store.connection.execute(
                "delete from stage_runs where corpus = ? and stage = ?",
                [build.corpus, stage.__name__],
            )
            for table in contract.writes:
                build.store.connection.execute(
                    f"delete from {table} where corpus = ?", [build.corpus]
                )


def _remember(build: Build, report: StageReport, current: str, seconds: float) -> None:
    build.store.connection.execute(
        "insert into stage_runs values (?, ?, ?, ?, ?, ?, ?)",
        [
            build.corpus,
            report.name,
            current,
            report.rows_in,
            report.rows_out,
            json.dumps(dict(report.dropped)),
            seconds,
        ],
    )


def _point_settings(build: Build) -> None:
    recipe = build.recipe.model_dump_json()
    wanted = (build.corpus, str(build.recipe.seed), recipe)
    if build.store.query("select corpus, seed, recipe from settings") != [wanted]:
        with build.store.transaction():
            build.store.connection.execute("delete from settings")
            build.store.connection.execute("insert into settings values (?, ?, ?)", list(wanted))
