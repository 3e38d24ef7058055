"""`ruff_check`: lint findings of a file or folder, as ruff's own JSON reports them.

{"success":false,"violation_count":1,"fixable_count":1,"violations":[{"file":"src/a.py","line":3,
 "column":8,"code":"F401","message":"`os` imported but unused","fixable":true}],"truncated":false}
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from curate.tools.alone import Place, alone
from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace
from curate.tools.programs import run_program
from curate.tools.settings import refuse_ruff_outside

MAX_VIOLATIONS = 50
OPTIONS = (
    *("--no-fix", "--no-cache", "--no-respect-gitignore", "--quiet", "--exit-zero"),
    *("--output-format", "json"),
)
RULE = re.compile(r"[A-Z]{1,6}[0-9]{0,4}|ALL")


class RuffCheckArguments(Arguments):
    """What to check, and optionally which rules instead of the project's own."""

    path: str = Field(description="File or folder to check, relative to the project.")
    select: list[str] | None = Field(
        None,
        description="Rule codes or prefixes to check instead of the project's own, "
        "e.g. ['F401', 'B'].",
    )


class Violation(BaseModel):
    """One finding; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    code: str
    message: str
    fixable: bool


class RuffCheckResult(Result):
    """`success` means no violation. At most MAX_VIOLATIONS are listed; the counts are of all."""

    violation_count: int = 0
    fixable_count: int = 0
    violations: list[Violation] = Field(default_factory=list)
    truncated: bool = False


class RuffCheck(Tool):
    """ruff with the project's own settings, or with the rules that `select` names."""

    name = "ruff_check"
    family = "quality"
    description = (
        "Lint a Python file or folder with ruff and get the violations with file, line, column, "
        "code, message and whether ruff can fix them. "
        f"At most {MAX_VIOLATIONS} are listed, the counts cover all."
    )
    arguments = RuffCheckArguments
    result = RuffCheckResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'ruff 0.17.5'."""
        return _version()

    def run(self, workspace: Workspace, **arguments: Any) -> RuffCheckResult:
        """What ruff reports, sorted by file, line, column and code."""
        target = workspace.resolve(arguments["path"])
        if not target.exists():
            raise ToolError(f"{arguments['path']}: no such file or folder")
        argv = [_ruff(), "check", *OPTIONS]
        for rule in arguments.get("select") or []:
            if not RULE.fullmatch(rule):
                raise ToolError(f"{rule}: not a rule code or prefix")
            argv += ["--select", rule]
        refuse_ruff_outside(workspace, target)
        with alone(workspace) as place:
            rows = json.loads(place.run(argv, target).stdout)
            reported = [_violation(row, place) for row in rows]
        found = sorted(
            (violation for violation in reported if violation),
            key=lambda v: (v.file, v.line, v.column, v.code, v.message),
        )
        return RuffCheckResult(
            success=not found,
            violation_count=len(found),
            fixable_count=sum(violation.fixable for violation in found),
            violations=found[:MAX_VIOLATIONS],
            truncated=len(found) > MAX_VIOLATIONS,
        )

    def is_clean(self, result: Result) -> bool:
        """Whether nothing is reported."""
        return (
            isinstance(result, RuffCheckResult)
            and result.error is None
            and result.violation_count == 0
        )


def _violation(row: dict[str, Any], place: Place) -> Violation | None:
    """A finding as ruff wrote it; None for a file that a link brought in from elsewhere."""
    file, begin = place.file(row["filename"]), row["location"]
    if file is None:
        return None
    return Violation(
        file=file,
        line=begin["row"],
        column=begin["column"],
        code=row["code"] or "invalid-syntax",
        message=place.text(row["message"]),
        fixable=bool(row["fix"]) and row["fix"]["applicability"] == "safe",
    )


@cache
def _ruff() -> str:
    from ruff import find_ruff_bin

    return find_ruff_bin()


@cache
def _version() -> str:
    return run_program([_ruff(), "--version"], Path("/")).stdout.strip()
