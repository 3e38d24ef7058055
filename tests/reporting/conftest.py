"""An audit with everything in it that a report can stumble over."""

from dataclasses import replace
from pathlib import Path

import pytest

from curate.audits.finding import Finding, FindingRow
from curate.audits.measures import Measure
from curate.gates import Failure
from curate.reporting.audited import Audited, FileRead, RuleRun

NASTY = '50% of a|b\r\n<b>`x`</b> ::error::no \x1b[2J\u202e \ud800 ]]> & "q" ,:'
LEAK = Finding(
    "leak_row",
    "error",
    "leakage",
    "Valid rows that stand in train.",
    "13 of 111 valid rows stood in train: validation meant nothing.",
    "remove them from valid",
    2,
    (
        FindingRow("data/valid.jsonl", 4, "asks: 50% done?", ("data/train.jsonl", 17), key="aa"),
        FindingRow("data/valid.jsonl", 9, NASTY, ("data/valid.jsonl", 2), key="aa"),
    ),
)
SECRET = Finding(
    "secret",
    "warning",
    "safety",
    "Rows that hold a secret.",
    "A model may repeat it.",
    "remove | replace it",
    30,
    tuple(FindingRow("data/a b,c:d.jsonl", line, f"line {line}") for line in range(1, 21)),
    {"train": 29, "valid": 1},
)
RATIO = Finding(
    "ratio_tool",
    "note",
    "balance",
    "Splits with too many or too few calls.",
    "97.5 % of calls and it called for everything.",
    "add direct answers",
    1,
    (FindingRow(None, None, "train: 98 % of rows call a tool"),),
)
RULES = (
    *(
        RuleRun(one.rule, one.title, one.severity, one.group, one.why, one.remedy, unit=unit)
        for one, unit in ((LEAK, "row"), (SECRET, "row"), (RATIO, "finding"))
    ),
    RuleRun("leak_near", "Near rows.", "error", "leakage", "Memory.", "remove them"),
    RuleRun("cut_row", "Cut rows.", "error", "trainability", "Why.", "Do.", "needs --tokenizer"),
)
CALLS = Measure("tools", "Calls of each tool", ("tool", "calls"), (("run", 1_200), ("a|b", 3)))


@pytest.fixture
def unsound() -> Audited:
    """Three findings, one of them an error; a rule that found nothing, and one that did not run."""
    return Audited(
        words=("data",),
        files=(
            FileRead("data/train.jsonl", "train", 1_053, 770_676),
            FileRead("data/valid.jsonl", "valid", 111, 76_772),
        ),
        count_tool=920,
        forms={"messages": 1_164},
        dialects={"qwen3_coder": 920},
        rules=RULES,
        findings=(LEAK, SECRET, RATIO),
        failures=(Failure("leak_row", 2, 0),),
        count_known=1,
        measures=(CALLS,),
        fixable=frozenset({"leak_row"}),
        folder=Path("/repository/sets"),
        root=Path("/repository"),
    )


@pytest.fixture
def sound(unsound: Audited) -> Audited:
    """The same rules and files, and nothing found."""
    return replace(unsound, findings=(), failures=(), count_known=0, measures=())
