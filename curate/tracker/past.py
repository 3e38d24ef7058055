"""What `curate runs` shows: every run in a list, or one of them with its curve.

listed(project, corpus="phase27", verb=None)       # [{"run_id": "train-phase27-1", ...}]
shown(project, "train-phase27-1")                  # the same with settings, steps and scores
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from curate.errors import CurateError
from curate.project import Project
from curate.reporting.shown import visible
from curate.tracker.recording import ask

COLUMNS = ("run_id", "verb", "corpus", "model", "result", "state", "seconds", "started")
BARS = "▁▂▃▄▅▆▇█"
CURVE_CHARS = 60
Row = dict[str, Any]


def listed(project: Project, *, corpus: str | None = None, verb: str | None = None) -> list[Row]:
    """Every run, the latest first; those of a corpus or a verb only, where one is named."""
    return _rows(
        project,
        """
        select * from run_list
        where ($corpus is null or corpus = $corpus) and ($verb is null or verb = $verb)
        order by started desc, run_id desc
        """,
        {"corpus": corpus, "verb": verb},
    )


def shown(project: Project, run_id: str) -> Row:
    """One run with its settings, metrics, steps and scores. Raises CurateError for none such."""
    found = _rows(project, "select * from runs where run_id = $run_id", {"run_id": run_id})
    if not found:
        known = ", ".join(row["run_id"] for row in listed(project)[:5])
        raise CurateError(f"run {run_id}", "there is none of this name", f"name one of: {known}")
    row = found[0] | {key: json.loads(found[0][key]) for key in ("settings", "metrics", "versions")}
    given = {"run_id": run_id}
    steps = "select * exclude (run_id) from steps where run_id = $run_id order by iteration"
    scores = "select * from scores where run_id = $run_id order by suite"
    categories = "select * from category_scores where run_id = $run_id order by suite, category"
    return row | {
        "steps": _rows(project, steps, given),
        "scores": _rows(project, scores, given),
        "category_scores": _rows(project, categories, given),
    }


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows of a list under COLUMNS."""
    return [[row[column] for column in COLUMNS] for row in rows]


def text(row: Mapping[str, Any]) -> str:
    """One run, readable: what it was, its settings and metrics, its curve, its scores."""
    lines = [f"{row['run_id']}  {row['state']} in {row['seconds']:.1f} s, {row['started']}"]
    named = ("corpus", "model", "adapter", "data_sha256", "folder")
    lines += [f"  {key:<12} {row[key]}" for key in named if row[key] is not None]
    for key in ("settings", "metrics", "versions"):
        lines += [f"{key}:", *(f"  {name} = {_short(one)}" for name, one in row[key].items())]
    lines += _curves(row["steps"])
    for score in row["scores"]:
        lines.append(
            f"{score['suite']}: {score['count_right']} of {score['count_replies']} right, "
            f"{score['accuracy']:.1%} ({score['low']:.1%} to {score['high']:.1%})"
        )
    lines += [
        f"  {one['category']}: {one['count_right']} of {one['count_replies']}"
        for one in row["category_scores"]
    ]
    return visible("\n".join(lines))


def curve(values: Sequence[float]) -> str:
    """Values as a line of bars, CURVE_CHARS at most."""
    if len(values) > CURVE_CHARS:
        values = [values[number * len(values) // CURVE_CHARS] for number in range(CURVE_CHARS)]
    low, high = min(values), max(values)
    step = (high - low) / (len(BARS) - 1) or 1.0
    return "".join(BARS[round((value - low) / step)] for value in values)


def _curves(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for key, name in (("loss", "loss"), ("valid_loss", "valid loss")):
        values = [step[key] for step in steps if step[key] is not None and step[key] == step[key]]
        if values:
            lines.append(f"{name:<11}{values[0]:.4f} {curve(values)} {values[-1]:.4f}")
    return lines


def _short(value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 120 else f"{written[:119]}…"  # noqa: PLR2004  a line


def _rows(project: Project, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    columns, rows = ask(project, sql, parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]
