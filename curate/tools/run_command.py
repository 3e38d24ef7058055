r"""`run_command`: grep, find, ls, wc and head inside the project, without a shell.

    {"command": "grep -rn \"class Flask\" src"}
    src/flask/app.py:109:class Flask(App):

The output is the program's own, in a defined order: recursive grep and find are sorted by path.
Which programs and options are allowed is in `curate/tools/allowed.py`.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from curate.tools.allowed import PROGRAMS, Command, parse
from curate.tools.base import Arguments, Ran, Result, Tool, ToolError, Workspace, run_program

MAX_LINES = 200
MAX_CHARS = 20_000
MATCH = re.compile(r"(?:(?P<path>[^:\0]+):)?(?P<line>\d+):(?P<text>.*)")


class RunCommandArguments(Arguments):
    """The command line."""

    command: str = Field(
        description="One command, run in the project's folder without a shell: "
        f"{', '.join(PROGRAMS)}. No pipes, redirections, globs or variables."
    )


class RunCommandResult(Result):
    """`success` means exit status 0. `stdout` is cut at MAX_LINES lines or MAX_CHARS characters."""

    exit_status: int = 0
    stdout: str = ""
    stderr: str = ""
    line_count: int = 0
    truncated: bool = False


class RunCommand(Tool):
    """A few programs that only read, with the options that only read."""

    name = "run_command"
    description = (
        f"Run one read-only command in the project's folder: {', '.join(PROGRAMS)}. "
        "There is no shell: no pipes, redirections or globs. "
        f"Output is sorted by path and cut after {MAX_LINES} lines; "
        "the exit status is shown when it is not 0 or when there is no output."
    )
    arguments = RunCommandArguments
    result = RunCommandResult

    def installed(self) -> list[str]:
        """The versions of all programs."""
        return [self.version({"command": program}) for program in PROGRAMS]

    def version(self, arguments: Mapping[str, Any]) -> str:
        """The program's own version line: 'grep (GNU grep) 3.8'."""
        program = arguments["command"].split(maxsplit=1)[0] if arguments["command"].strip() else ""
        return f"run_command 1, {_version(program)}" if program in PROGRAMS else "run_command 1"

    def run(self, workspace: Workspace, **arguments: Any) -> RunCommandResult:
        """What the program printed. Raises ToolError for a command that is not allowed."""
        command = parse(arguments["command"])
        for operand in command.paths:
            workspace.resolve(operand)
        ran = run_program([_program(command.program), *command.argv], workspace.root)
        lines = _ordered(command, ran)
        shown = _cut(lines)
        return RunCommandResult(
            success=ran.exit_status == 0,
            exit_status=ran.exit_status,
            stdout="".join(f"{line}\n" for line in shown),
            stderr=ran.stderr.replace(f"{_program(command.program)}: ", f"{command.program}: "),
            line_count=len(lines),
            truncated=len(shown) < len(lines),
        )

    def content(self, result: Result) -> str:
        """The output as a terminal shows it, then what it would not: a cut, the exit status."""
        if not isinstance(result, RunCommandResult) or result.error:
            return f"error: {result.error}"
        shown = result.stdout.count("\n")
        cut = f"[first {shown} of {result.line_count} lines]\n" if result.truncated else ""
        silent = not result.stdout and not result.stderr
        status = f"[exit status {result.exit_status}]" if result.exit_status or silent else ""
        return f"{result.stdout}{result.stderr}{cut}{status}"

    def view(self, arguments: Mapping[str, Any], result: Result) -> dict[str, Any]:
        """The lines, and what grep or find say in them.

        That is `matches` (path, line, text), `files` and `numbers`.
        """
        lines = getattr(result, "stdout", "").splitlines()
        command = parse(arguments["command"])
        hits = lines if command.program == "grep" else []
        matches = [found.groupdict() for found in map(MATCH.fullmatch, hits) if found]
        single = command.paths[0] if len(command.paths) == 1 else None
        placed = [
            {
                "path": _plain(match["path"] or single or ""),
                "line": int(match["line"]),
                "text": match["text"].strip(),
            }
            for match in matches
        ]
        files = sorted({match["path"] for match in placed} or {_plain(line) for line in lines})
        numbers = [
            int(number) for line in lines for number in re.findall(r"^\s*(\d+)(?:\s|$)", line)
        ]
        return {
            **super().view(arguments, result),
            "lines": lines,
            "matches": placed,
            "files": files,
            "numbers": numbers,
        }


def _plain(path: str) -> str:
    return path.removeprefix("./")


def _ordered(command: Command, ran: Ran) -> list[str]:
    """The output's lines, sorted by path where the program's own order is the file system's.

    A recursive grep was asked to end each path with NUL, so that a path is told from what follows.
    """
    if command.program == "find":
        return sorted(ran.stdout.splitlines())
    if not command.is_recursive:
        return ran.stdout.splitlines()
    if command.lists_files:
        return sorted(path for path in ran.stdout.split("\0") if path)
    rows = [row.partition("\0") for row in ran.stdout.split("\n") if row]
    return [
        f"{path}:{rest}" if nul else path
        for path, nul, rest in sorted(rows, key=lambda row: row[0])
    ]


def _cut(lines: Sequence[str]) -> list[str]:
    shown, chars = [], 0
    for line in lines[:MAX_LINES]:
        chars += len(line) + 1
        if chars > MAX_CHARS:
            break
        shown.append(line)
    return shown


@cache
def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name}: not installed on this machine")
    return found


@cache
def _version(name: str) -> str:
    return (run_program([_program(name), "--version"], Path.cwd()).stdout.splitlines() or [name])[0]
