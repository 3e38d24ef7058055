"""The report that code scanning reads: SARIF 2.1.0.

{"ruleId": "leak_row", "level": "error", "message": {"text": "..."}, "locations": [...]}

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

import hashlib
import json
from collections import Counter
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from curate.audits.finding import Finding, FindingRow
from curate.reporting.audited import Audited, RuleRun
from curate.reporting.shown import lines_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DISTRIBUTION = "curate-toolcalls"


def render(audited: Audited) -> str:
    """One run: every rule that ran, and a result for every row that is shown of a finding."""
    ran = [run for run in audited.rules if run.skipped is None]
    index = {run.rule: number for number, run in enumerate(ran)}
    seen = Counter[str]()
    results = [
        _result(audited, finding, row, index[finding.rule], seen)
        for finding in audited.findings
        for row in finding.rows or (FindingRow(None, None, ""),)
    ]
    driver = {
        "name": "curate audit",
        "version": version(DISTRIBUTION),
        "rules": [_rule(run) for run in ran],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "exitCode": int(not audited.is_sound)}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(run: RuleRun) -> dict[str, Any]:
    return {
        "id": run.rule,
        "shortDescription": {"text": run.title},
        "fullDescription": {"text": f"{run.title} {run.why}"},
        "help": {
            "text": f"why: {run.why}\nremedy: {run.remedy}",
            "markdown": f"**Why**: {run.why}\n\n**Remedy**: {run.remedy}",
        },
        "defaultConfiguration": {"level": run.severity},
        "properties": {"tags": [run.group]},
    }


def _result(
    audited: Audited, finding: Finding, row: FindingRow, index: int, seen: Counter[str]
) -> dict[str, Any]:
    said = "\n".join(filter(None, [finding.title, *lines_of(row.evidence)]))
    identity = hashlib.sha256(
        "\0".join([finding.rule, row.key or f"{row.file}\0{row.evidence}"]).encode(
            "utf-8", "replace"
        )
    ).hexdigest()[:32]
    seen[identity] += 1
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": said},
        "locations": [_location(audited, row.file, row.line)] if row.file is not None else [],
        "partialFingerprints": {"curate/v1": f"{identity}:{seen[identity]}"},
    }
    if row.other is not None:
        other = _location(audited, *row.other)
        result["relatedLocations"] = [{"id": 1, "message": {"text": "the other row"}, **other}]
    return result


def _location(audited: Audited, file: str, line: int | None) -> dict[str, Any]:
    artifact = {"uri": quote(audited.in_root(file)), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line or 1}}}
