"""What a rule found in a dataset: how many rows, and the first of them.

Finding("leak_row", "error", "leakage", "Valid rows that stand in train", ..., count=13, rows=(
    FindingRow("data/valid.jsonl", 4, "asks: Where is it used?", other=("data/train.jsonl", 17)),
))
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)  # the worst first


@dataclass(frozen=True)
class FindingRow:
    """One row of a finding: where it stands and what shows the fault.

    `file` and `line` are None for what is true of a whole split or dataset. `other` is the row
    that it is a pair with, `ordinal` the message, `key` the row's content, wherever it stands.
    `evidence` may have several lines: the first says it, the others show it.
    """

    file: str | None
    line: int | None
    evidence: str
    other: tuple[str, int] | None = None
    ordinal: int | None = None
    key: str | None = None

    @property
    def place(self) -> str | None:
        """`data/valid.jsonl:4`, what a terminal and an editor open."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Finding:
    """What one rule found. `count` is all of its rows, also by split; `rows` are the first."""

    rule: str
    severity: Severity
    group: str
    title: str
    why: str
    remedy: str
    count: int
    rows: tuple[FindingRow, ...] = ()
    by_split: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON holds it; a pair's other row as file and line."""
        found = asdict(self)
        for row in found["rows"]:
            if row["other"] is not None:
                row["other"] = dict(zip(("file", "line"), row["other"], strict=True))
        return found
