"""When an audit fails: a finding of a severity that is not let through, or more rows than allowed.

failures(findings, "error", {"near_duplicate": 20})  ->  (Failure("leak_row", 13, 0),)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from curate.audits.finding import SEVERITIES, Finding
from curate.errors import CurateError

FailOn = Literal["error", "warning", "note", "never"]
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)


@dataclass(frozen=True)
class Failure:
    """A rule for which the audit fails: its rows, and how many of them were allowed."""

    rule: str
    count: int
    allowed: int

    def __str__(self) -> str:
        """`duplicate_row 115`, with what is allowed where that is more than nothing."""
        allowed = f" (at most {self.allowed:,})" if self.allowed else ""
        return f"{self.rule} {self.count:,}{allowed}"


def failures(
    findings: Iterable[Finding], fail_on: FailOn, most: Mapping[str, int]
) -> tuple[Failure, ...]:
    """The findings that an audit fails for.

    A rule named in `most` fails by its count alone, whatever its severity and `fail_on`.
    """
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    return tuple(
        Failure(finding.rule, finding.count, most.get(finding.rule, 0))
        for finding in findings
        if finding.count > most.get(finding.rule, 0)
        and (finding.rule in most or finding.severity in failing)
    )


def read_most(given: Iterable[str]) -> dict[str, int]:
    """`leak_row=0` of the command line as a rule and its count. Raises CurateError for others."""
    most = {}
    for text in given:
        rule, equals, count = text.partition("=")
        if not (rule and equals and count.isascii() and count.isdigit()):
            raise CurateError(
                f"--max {text}",
                "is not RULE=COUNT\nthe most rows that the rule may find",
                "write --max near_duplicate_leakage=0",
            )
        most[rule] = int(count)
    return most
