"""What an audit came to, as every report of it reads it.

Audited(
    words=("data",),
    files=(FileRead("data/train.jsonl", "train", 1_053, 770_676), ...),
    findings=(Finding("duplicate_row", "error", ...), ...),
    failures=(Failure("duplicate_row", 115, None),),
    ...
)
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from curate.audits.finding import SEVERITIES, Finding, Severity
from curate.audits.measures import Measure
from curate.gates import FailOn, Failure
from curate.reporting.shown import counted

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class FileRead:
    """A file of the dataset: its path as the user gave it, its split, its rows and bytes."""

    path: str
    split: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class RuleRun:
    """A rule that was to run; `skipped` says why it did not. `unit`: what it counts."""

    rule: str
    title: str
    severity: Severity
    group: str
    why: str
    remedy: str
    skipped: str | None = None
    unit: str = "row"


@dataclass(frozen=True)
class Fixed:
    """What --fix did: rows by what was done and for which rule. Findings are those of the copy.

    counts: {"removed": {"duplicate_row": 111}, "rewritten": {...}, "moved": {...}, "left": {...}},
    where left is what could not be repaired.
    """

    words: tuple[str, ...]
    out: str
    changes: str
    counts: Mapping[str, Mapping[str, int]]

    def to_json(self) -> dict[str, Any]:
        """What was done, as JSON holds it."""
        return {"out": self.out, "changes": self.changes, "counts": self.counts}


@dataclass(frozen=True)
class Audited:
    """A dataset and what the rules found in it; findings stand with the worst first.

    `words`: those with which the user named the data, as a command has them.
    `count_known`: rows of findings that the baseline knows, and that are not among `findings`.
    `left_out`: files of the folders that were not read, since their names say no split.
    `root`: what code hosts count paths from, while files are named from `folder`.
    """

    words: tuple[str, ...]
    files: tuple[FileRead, ...]
    count_tool: int
    forms: Mapping[str, int]
    dialects: Mapping[str, int]
    rules: tuple[RuleRun, ...]
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    fail_on: FailOn = "error"
    count_known: int = 0
    measures: tuple[Measure, ...] = ()
    fixable: frozenset[str] = frozenset()
    fixed: Fixed | None = None
    limit: int | None = 5
    left_out: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path)
    root: Path = field(default_factory=Path)

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(file.rows for file in self.files)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found that the audit fails for."""
        return not self.failures

    @property
    def tool_fraction(self) -> float | None:
        """The share of rows that call a tool; None of no rows."""
        return self.count_tool / self.rows if self.rows else None

    def rows_of_splits(self) -> dict[str, int]:
        """Rows of each split that there is."""
        counted = Counter[str]()
        for file in self.files:
            counted[file.split] += file.rows
        return {name: counted[name] for name in (*SPLITS, *sorted(counted)) if name in counted}

    def by_severity(self) -> dict[Severity, tuple[Finding, ...]]:
        """The findings of each severity that has any."""
        found = {
            severity: tuple(one for one in self.findings if one.severity == severity)
            for severity in SEVERITIES
        }
        return {severity: some for severity, some in found.items() if some}

    def count_of(self, finding: Finding) -> str:
        """How much a finding found, in the rule's unit: 115 rows (111 train, 4 valid)."""
        units = {run.rule: run.unit for run in self.rules}
        parts = [
            f"{finding.by_split[name]:,} {name}" for name in SPLITS if name in finding.by_split
        ]
        shares = f" ({', '.join(parts)})" if len(parts) > 1 else ""
        return counted(finding.count, units.get(finding.rule, "row")) + shares

    def in_root(self, file: str) -> str:
        """A file's path from the root of the repository, with slashes."""
        return Path(os.path.relpath(self.folder / file, self.root)).as_posix()

    def to_json(self) -> dict[str, Any]:
        """The documented shape of --json (docs/auditing.md)."""
        return {
            "fixed": None if self.fixed is None else self.fixed.to_json(),
            "files": [asdict(file) for file in self.files],
            "left_out": list(self.left_out),
            "rows": {"all": self.rows, **self.rows_of_splits()},
            "tool_fraction": self.tool_fraction,
            "forms": dict(self.forms),
            "dialects": dict(self.dialects),
            "verdict": {
                "is_sound": self.is_sound,
                "fail_on": self.fail_on,
                "failures": [asdict(failure) for failure in self.failures],
                "count_known": self.count_known,
            },
            "findings": [finding.to_json() for finding in self.findings],
            "rules": [
                {"rule": run.rule, "severity": run.severity, "group": run.group,
                 "skipped": run.skipped}
                for run in self.rules
            ],
            "measures": {
                measure.name: [dict(zip(measure.columns, row, strict=True)) for row in measure.rows]
                for measure in self.measures
            },
        }  # fmt: skip


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The worst first, then those with most rows, then by name."""
    return tuple(
        sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), -one.count, one.rule))
    )
