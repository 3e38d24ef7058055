"""`typecheck`: type errors of a file or folder, as `ty check` reports them.

{"success":false,"error_count":1,"warning_count":0,"errors":[{"file":"src/a.py","line":7,
 "column":12,"severity":"error","code":"invalid-return-type","message":"..."}],"truncated":false}
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from curate.tools.alone import LINK, Place, alone
from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace
from curate.tools.programs import run_program
from curate.tools.settings import refuse_ty_outside

MAX_ERRORS = 50
OPTIONS = (
    *("--no-respect-ignore-files", "--exit-zero", "--output-format", "gitlab"),
    *("--python-platform", "linux", "--project", LINK),
)
SEVERITIES = {
    "blocker": "error",
    "critical": "error",
    "major": "error",
    "minor": "warning",
    "info": "info",
}


class TypecheckArguments(Arguments):
    """What to check."""

    path: str = Field(description="File or folder to check, relative to the project.")


class TypeIssue(BaseModel):
    """One diagnostic; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str


class TypecheckResult(Result):
    """`success` means no error (warnings may remain).

    At most MAX_ERRORS are listed; the counts are of all.
    """

    error_count: int = 0
    warning_count: int = 0
    errors: list[TypeIssue] = Field(default_factory=list)
    truncated: bool = False


class Typecheck(Tool):
    """ty with the project's own settings, for Linux, with no third-party package installed."""

    name = "typecheck"
    family = "quality"
    description = (
        "Type-check a Python file or folder with ty and get the errors and warnings with file, "
        "line, column, severity, code and message. "
        f"At most {MAX_ERRORS} are listed, the counts cover all."
    )
    arguments = TypecheckArguments
    result = TypecheckResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'ty 0.0.104'."""
        return _version()

    def run(self, workspace: Workspace, **arguments: Any) -> TypecheckResult:
        """What ty reports, sorted by file, line, column and code."""
        target = workspace.resolve(arguments["path"])
        if not target.exists():
            raise ToolError(f"{arguments['path']}: no such file or folder")
        argv = [_ty(), "check", *OPTIONS]
        refuse_ty_outside(workspace)
        with alone(workspace) as place:
            environment = place.folder / "environment"  # an empty one, not this machine's
            (environment / "lib" / "python3.13" / "site-packages").mkdir(parents=True)
            rows = json.loads(place.run([*argv, "--python", str(environment)], target).stdout)
            reported = [_issue(row, place) for row in rows]
        found = sorted(
            (issue for issue in reported if issue),
            key=lambda issue: (issue.file, issue.line, issue.column, issue.code, issue.message),
        )
        errors = sum(issue.severity == "error" for issue in found)
        return TypecheckResult(
            success=not errors,
            error_count=errors,
            warning_count=sum(issue.severity == "warning" for issue in found),
            errors=found[:MAX_ERRORS],
            truncated=len(found) > MAX_ERRORS,
        )

    def is_clean(self, result: Result) -> bool:
        """Whether nothing is reported."""
        return (
            isinstance(result, TypecheckResult)
            and result.error is None
            and result.error_count + result.warning_count == 0
        )


def _issue(row: dict[str, Any], place: Place) -> TypeIssue | None:
    """A diagnostic as ty wrote it; None for a file that a link brought in from elsewhere."""
    file, begin = place.file(row["location"]["path"]), row["location"]["positions"]["begin"]
    if file is None:
        return None
    return TypeIssue(
        file=file,
        line=begin["line"],
        column=begin["column"],
        severity=SEVERITIES[row["severity"]],
        code=row["check_name"],
        message=place.text(row["description"].removeprefix(f"{row['check_name']}: ")),
    )


@cache
def _ty() -> str:
    from ty import find_ty_bin

    return find_ty_bin()


@cache
def _version() -> str:
    return run_program([_ty(), "--version"], Path("/")).stdout.strip()
