"""The report that CI servers show as tests: a suite a group, a test case a rule.

<testcase classname="curate.leakage" name="leak_row"><failure type="error" message="13 rows: ..."/>
"""

from itertools import groupby
from xml.etree import ElementTree as ET

from curate.audits.finding import Finding
from curate.reporting.audited import Audited, RuleRun
from curate.reporting.shown import lines_of, visible
from curate.reporting.text import place_of


def render(audited: Audited) -> str:
    """A rule that the audit fails for is a failure; another that found rows passes and says so."""
    found = {finding.rule: finding for finding in audited.findings}
    failed = {failure.rule for failure in audited.failures}
    root = ET.Element("testsuites", name="curate audit")
    runs = sorted(audited.rules, key=lambda run: (run.group, run.rule))
    for group, of_group in groupby(runs, key=lambda run: run.group):
        suite = ET.SubElement(root, "testsuite", name=group)
        for run in of_group:
            _case(suite, run, audited, found.get(run.rule), is_failed=run.rule in failed)
        _count(suite)
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "")
    )


def _case(
    suite: ET.Element,
    run: RuleRun,
    audited: Audited,
    finding: Finding | None,
    *,
    is_failed: bool,
) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"curate.{run.group}", name=run.rule)
    if run.skipped is not None:
        ET.SubElement(case, "skipped", message=visible(run.skipped))
    elif finding is not None and is_failed:
        message = f"{audited.count_of(finding)}: {finding.title}"
        failure = ET.SubElement(case, "failure", type=finding.severity, message=visible(message))
        failure.text = _body(finding)
    elif finding is not None:
        ET.SubElement(case, "system-out").text = f"{finding.severity}\n{_body(finding)}"


def _body(finding: Finding) -> str:
    lines = []
    for row in finding.rows:
        first, *further = lines_of(row.evidence)
        lines += [f"{place_of(row)}  {first}", *(f"  {line}" for line in further)]
    if finding.count > len(finding.rows):
        lines.append(f"{finding.count - len(finding.rows):,} more")
    return visible("\n".join([*lines, f"why: {finding.why}", f"remedy: {finding.remedy}"]))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{tag}"))))
