"""The head of a rule's file: comments that say what it finds, how bad that is, why, and what helps.

    -- Rows of valid or test that stand in an earlier split.
    -- grain: row_id
    -- severity: error
    -- group: leakage
    -- why: 13 of 111 valid rows stood in train, and validation measured memory.
    -- remedy: Drop them from valid: curate audit DATA --fix OUT.

Further comments are free, as long as they do not begin with a word and a colon.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from curate.audits.finding import SEVERITIES, Severity
from curate.errors import CurateError

GROUPS = (
    "form",
    "calls",
    "results",
    "duplicates",
    "leakage",
    "balance",
    "consistency",
    "trainability",
    "safety",
)
NEEDS = ("near", "tokenizer")
EXAMPLES = {
    "grain": "row_id",
    "severity": "warning",
    "group": "results",
    "why": "what it costs to train on such rows",
    "remedy": "what to do with them",
    "needs": "near",
}
OPTIONAL = {"needs"}
HEADER = re.compile(r"-- ([a-z_]+): *(.*)")


@dataclass(frozen=True)
class Rule:
    """A rule as its file says it. `needs` is what has to be computed before it can run."""

    rule: str
    title: str
    grain: str
    severity: Severity
    group: str
    why: str
    remedy: str
    needs: str | None
    path: Path


def read_rule(path: Path) -> Rule:
    """The rule of a file, from the comments at its head. Raises CurateError where they are not."""
    first, *rest = list(_head(path)) or [""]
    title = first.removeprefix("-- ").strip()
    if not title or HEADER.fullmatch(first):
        raise _unfit(path, "its first line does not say what a row of it is", "-- Rows that ...")
    given: dict[str, str] = {}
    for line in rest:
        if header := HEADER.fullmatch(line):
            key, value = header[1], header[2].strip()
            if key not in EXAMPLES:
                what = f"header {key!r} is not known\nthere are {', '.join(EXAMPLES)}"
                raise _unfit(path, what, "-- why: " + EXAMPLES["why"])
            given[key] = value
    for key, example in EXAMPLES.items():
        if key not in OPTIONAL and not given.get(key):
            raise _unfit(path, f"header {key!r} is missing", f"-- {key}: {example}")
    for key, known in (("severity", SEVERITIES), ("group", GROUPS), ("needs", NEEDS)):
        if given.get(key, known[0]) not in known:
            what = f"{key} is {given[key]!r}\nit is one of {', '.join(known)}"
            raise _unfit(path, what, f"-- {key}: {EXAMPLES[key]}")
    return Rule(
        rule=path.stem,
        title=title,
        grain=given["grain"],
        severity=cast("Severity", given["severity"]),
        group=given["group"],
        why=given["why"],
        remedy=given["remedy"],
        needs=given.get("needs"),
        path=path,
    )


def _head(path: Path) -> Iterator[str]:
    """The comments that a file begins with."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            return
        yield line


def _unfit(path: Path, what: str, example: str) -> CurateError:
    return CurateError(f"sql/rules/{path.name}", what, f"write a line such as: {example}")
