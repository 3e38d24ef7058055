"""Rows of `workspace_defects`: where a defect is, and who can report it."""

from collections.abc import Iterator
from typing import Any

from curate.defects.planning import PlannedWorkspace, SourceFiles, reports_of, running_tests

TESTS_A_DEFECT = 5
TESTS_LOOKED_AT = 8  # of them, those that pass in the source as it is are left


def defect_rows(source: SourceFiles, planned: PlannedWorkspace) -> Iterator[dict[str, Any]]:
    """The rows of `workspace_defects` of one workspace, without its key, `tool` and `codes`."""
    for change in planned.changes:
        for one in change.defects:
            planting = one.planting
            reports = reports_of(source, change.path, planting)
            tests = running_tests(source, change.path, planting) if "pytest_run" in reports else []
            yield {
                "source_id": source.source_id,
                "defect": planting.defect,
                "path": change.path,
                "state": change.state,
                "is_staged": one.is_staged,
                "line": one.line,
                "changed_line": one.changed_line,
                "before_line": planting.before_line,
                "symbol": planting.symbol,
                "name": planting.name,
                "original": planting.original,
                "planted": planting.planted,
                "message": planting.message,
                "reports": [{"tool": k, "codes": list(v)} for k, v in reports.items()],
                "tests": tests[:TESTS_LOOKED_AT],
                "drop_reason": None,
            }
    for defect, reason in planned.missing:
        unplanted = {"reports": [], "tests": [], "drop_reason": reason}
        yield {"source_id": source.source_id, "defect": defect, **unplanted}


def with_tests(row: dict[str, Any], sound: set[tuple[str, str]]) -> dict[str, Any]:
    """A row of `workspace_defects` with those tests alone that pass in the source as it is."""
    tests = [test for test in row["tests"] if (row["source_id"], test) in sound]
    reports = [one for one in row["reports"] if one["tool"] != "pytest_run" or tests]
    first = reports[0] if reports else {"tool": None, "codes": []}
    return {**row, **first, "reports": reports, "tests": tests[:TESTS_A_DEFECT]}
