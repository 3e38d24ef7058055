"""Annotations on a pull request: the commands that GitHub's runner reads from a step's output.

::error file=data/valid.jsonl,line=4,title=leak_row::13 rows: Valid rows that stand in train%0A...

A step shows ten annotations of a level, so that each finding comes once, with its first row,
before any comes again. Nothing of the data stands outside a command: the runner would obey it.
"""

from collections.abc import Iterator

from curate.audits.finding import Finding, FindingRow, Severity
from curate.reporting.audited import Audited
from curate.reporting.shown import one_line
from curate.reporting.text import place_of, verdict

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(audited: Audited) -> str:
    """A command a finding, then one for each of its further rows; the verdict last."""
    lines = [_of_finding(audited, finding) for finding in audited.findings]
    for finding in audited.findings:
        lines += _of_further_rows(audited, finding)
    return "\n".join([*lines, *verdict(audited)])


def _of_finding(audited: Audited, finding: Finding) -> str:
    first = finding.rows[0] if finding.rows else FindingRow(None, None, "")
    said = [
        f"{audited.count_of(finding)}: {finding.title}",
        f"{place_of(first)}  {one_line(first.evidence)}",
        f"why: {finding.why}",
        f"remedy: {finding.remedy}",
    ]
    return _command(audited, finding, first, "\n".join(said))


def _of_further_rows(audited: Audited, finding: Finding) -> Iterator[str]:
    for row in finding.rows[1 : audited.limit]:
        said = f"{one_line(row.evidence)}\n{finding.title}"
        if row.other is not None:
            said = f"{place_of(row)}  {said}"
        yield _command(audited, finding, row, said)


def _command(audited: Audited, finding: Finding, row: FindingRow, said: str) -> str:
    properties = {"title": finding.rule}
    if row.file is not None:
        properties = {"file": audited.in_root(row.file), "line": str(row.line or 1), **properties}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{LEVELS[finding.severity]} {listed}::{_message(said)}"


def _message(text: str) -> str:
    """What may stand after `::`: a newline would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """What may stand in a property: a colon or a comma would end it."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")
