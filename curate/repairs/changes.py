"""The list of every change: changes.csv beside the repaired copy.

file,line,change,rule,other,reason
data/valid.jsonl,4,removed,leak_row,data/train.jsonl:17,Rows of valid or test that stand in ...
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from curate.audits.rules import Rule
from curate.reporting.audited import Fixed

NAME = "changes.csv"
COLUMNS = ("file", "line", "change", "rule", "other", "reason")
Kind = Literal["removed", "rewritten", "moved", "left"]
LEFT = "cannot be repaired without a change of what it says"


class Changes:
    """Writes every change as it is made, and counts."""

    def __init__(self, writer: Any, rules: Mapping[str, Rule]) -> None:
        self._writer, self._rules = writer, rules
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @classmethod
    @contextmanager
    def to(cls, path: Path, rules: Mapping[str, Rule]) -> "Generator[Changes]":
        """The changes that are written to this file."""
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            yield cls(writer, rules)

    def add(self, kind: Kind, rule: str, file: str, line: int, other: str = "") -> None:
        """One change of one row. `other`: the row it is a copy of, or its new place."""
        reason = self._rules[rule].title if kind != "left" else LEFT
        self._writer.writerow((file, line, kind, rule, other, reason))
        self._counts[kind][rule] += 1

    def summary(self, words: tuple[str, ...], out: str) -> Fixed:
        """How many rows were changed how, for which rule."""
        counts = {
            kind: dict(sorted(self._counts[kind].items()))
            for kind in ("removed", "rewritten", "moved", "left")
            if kind in self._counts
        }
        return Fixed(words, out, f"{out}/{NAME}", counts)
