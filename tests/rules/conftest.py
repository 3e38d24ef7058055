"""Audits of small datasets that a test writes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from curate.audits.finding import Finding
from curate.audits.rules import findings, load_rules, run_rules
from curate.datasets.files import find_files
from curate.datasets.loading import load

# Thresholds for forty rows instead of thousands.
SMALL = {
    "split_rows": 20,
    "tool_rows": 3,
    "phrasing_rows": 5,
    "phrasings": 4,
    "identical_rows": 4,
    "identical_calls": 3,
    "offered_rows": 10,
}
Audit = Callable[..., dict[str, Finding]]


def write(folder: Path, dataset: Mapping[str, Any]) -> None:
    """A file a split; rows are values, or bytes as they are to stand."""
    for name, rows in dataset.items():
        path = folder / (name if "." in name else f"{name}.jsonl")
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        else:
            lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
            path.write_bytes(b"".join(line + b"\n" for line in lines))


def audited(folder: Path, settings: Mapping[str, Any] = SMALL) -> dict[str, Finding]:
    """What the rules find in a folder, by rule."""
    connection = duckdb.connect(config={"threads": 1})
    load(find_files([folder], {}), connection, jobs=1, progress=lambda done, total, of: None)
    connection.execute("delete from dataset_settings")
    columns, values = ", ".join(settings), list(settings.values())
    if settings:
        marks = ", ".join("?" * len(values))
        connection.execute(f"insert into dataset_settings ({columns}) values ({marks})", values)
    rules = load_rules(None).values()
    run_rules(connection, rules)
    found = findings(connection, rules, shown=None)
    connection.close()
    return {finding.rule: finding for finding in found}


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """Writes a dataset and audits it."""

    def written(dataset: Mapping[str, Any], settings: Mapping[str, Any] = SMALL) -> Any:
        write(tmp_path, dataset)
        return audited(tmp_path, settings)

    return written
