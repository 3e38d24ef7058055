"""What out/runs.duckdb knows of the models that are compared: queries over sql/compare."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from curate.project import Project
from curate.tracker import read

FOLDER = "sql/compare"


class Recorded(NamedTuple):
    """A score that is kept: the columns of sql/compare/scored_runs.sql."""

    run_id: str
    suite: str
    model: str
    adapter: str | None
    started: str
    size_bytes: int | None
    peak_memory_bytes: int | None
    load_seconds: float | None
    reply_seconds: float | None
    tokens_per_second: float | None
    count_decided: int | None
    baselines_json: str | None
    train_run_id: str | None
    phase: str | None

    @property
    def seconds_since_epoch(self) -> int:
        """When it was started."""
        return int(datetime.fromisoformat(self.started).timestamp())

    @property
    def baselines(self) -> dict[str, float]:
        """The share of right decisions of each baseline, between tool and direct."""
        given = json.loads(self.baselines_json or "null") or {}
        return {name: one["decision"]["share"] for name, one in given.items()}


class Reply(NamedTuple):
    """A reply as it is kept; the columns of type JSON are text."""

    run_id: str
    prompt_id: str
    category: str | None
    prompt: str | None
    expected: str | None
    called: str | None
    is_right: bool
    reasons: str | None
    reply: str | None


def recorded(project: Project) -> list[Recorded]:
    """All scores, the last one first."""
    query = f"select * from ({_view(project, 'scored_runs')}) order by started desc, run_id desc"
    return [Recorded(*row) for row in read(project, query)]


def counts(
    project: Project, run_ids: Sequence[str], suite: str
) -> dict[str, dict[str, tuple[bool, int, int, int]]]:
    """Of each run, by category: is it the whole, right replies, right decisions, replies."""
    rows = read(
        project,
        f"""
        select run_id, category, is_overall, count_right, count_decided, count_replies
        from ({_view(project, "compared_replies")})
        where suite = ? and list_contains(?, run_id) order by is_overall, category
        """,
        [suite, list(run_ids)],
    )
    found: dict[str, dict[str, tuple[bool, int, int, int]]] = {run_id: {} for run_id in run_ids}
    for run_id, category, *row in rows:
        found[run_id]["" if row[0] else category] = (row[0], row[1], row[2], row[3])
    return found


def pairs(project: Project, first: str, other: str, suite: str) -> list[tuple[bool, bool]]:
    """Whether each of two scores has a prompt right, of the prompts that both have."""
    rows = read(
        project,
        f"""
        select is_first_right, is_other_right from ({_view(project, "reply_pairs")})
        where first_run_id = ? and other_run_id = ? and suite = ? order by prompt_id
        """,
        [first, other, suite],
    )
    return [(bool(one), bool(two)) for one, two in rows]


def said(project: Project, run_ids: Sequence[str], suite: str) -> Iterable[Reply]:
    """The replies of these scores to the prompts on which they differ."""
    rows = read(
        project,
        """
        select
          run_id, prompt_id, category, prompt, expected::varchar, called::varchar,
          is_right, reasons::varchar, reply
        from replies
        where suite = ? and list_contains(?, run_id)
        qualify count(distinct is_right) over (partition by prompt_id, prompt) > 1
        order by category, length(prompt_id), prompt_id, run_id
        """,
        [suite, list(run_ids)],
    )
    return [Reply(*row) for row in rows]


def curves(
    project: Project, run_ids: Sequence[str]
) -> list[tuple[str, list[tuple[int, float | None, float | None]]]]:
    """The steps of training runs: iteration, loss, validation loss."""
    query = "select iteration, loss, valid_loss from steps where run_id = ? order by iteration"
    return [
        (run_id, [(row[0], row[1], row[2]) for row in read(project, query, [run_id])])
        for run_id in run_ids
    ]


def ladder(project: Project) -> dict[str, tuple[int | None, float | None, float | None]]:
    """Of each quantised model's folder: bits, achieved bits a weight, mean KL to what it was."""
    query = "select target, bits, bits_per_weight, kl_mean from ladder order by started, run_id"
    rows: list[Any] = read(project, query)
    return {str((project.root / Path(row[0])).resolve()): row[1:] for row in rows if row[0]}


def _view(project: Project, name: str) -> str:
    """The select of sql/compare/<name>.sql."""
    return project.files(FOLDER, f"{name}.sql")[f"{name}.sql"].read_text(encoding="utf-8")
