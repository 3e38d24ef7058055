r"""`run_command`: grep, find, ls, wc and head inside the project, without a shell.

    {"command": "grep -rn \"class AuditedTracker\" src"}
    src/parcelbox/tracking.py:76:class AuditedTracker(Tracker):

The output is the program's own, in a defined order: recursive grep and find are sorted by path.
Which programs and options are allowed is in `curate/tools/allowed.py`.
"""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from curate.tools.allowed import PROGRAMS, Command, parse
from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace
from curate.tools.programs import Ran, run_program

MAX_LINES = 200
MAX_CHARS = 20_000
MAX_ERROR_LINES = 20
MATCH = re.compile(r"(?P<line>\d+):(?P<text>.*)")
MATCH_OF_PATH = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<text>.*)")
BINARY = re.compile(r"Binary file (?P<path>.*) matches")  # BSD's; GNU says it on standard error
NUMBER = re.compile(r"\s*(\d+)(?:\s|$)")


class RunCommandArguments(Arguments):
    """The command line."""

    command: str = Field(
        description="One command, run in the project's folder without a shell: "
        f"{', '.join(PROGRAMS)}. No pipes, redirections, globs or variables."
    )


class RunCommandResult(Result):
    """`success` means exit status 0. `stdout` is cut after MAX_LINES lines or MAX_CHARS characters.

    Each line of it ends, also one that the program left open. `stderr` says itself where it is cut.
    """

    exit_status: int = 0
    stdout: str = ""
    stderr: str = ""
    line_count: int = 0
    truncated: bool = False


class RunCommand(Tool):
    """A few programs that only read, with the options that only read."""

    name = "run_command"
    family = "files"
    description = (
        f"Run one read-only command in the project's folder: {', '.join(PROGRAMS)}. "
        "There is no shell: no pipes, redirections or globs. "
        f"Output is sorted by path and cut after {MAX_LINES} lines or {MAX_CHARS:,} characters; "
        "the exit status is shown when it is not 0 or when there is no output."
    )
    arguments = RunCommandArguments
    result = RunCommandResult

    def installed(self) -> list[str]:
        """The versions of all programs that are there."""
        return [_version(program) for program in PROGRAMS if _path(program)]

    def version(self, arguments: Mapping[str, Any]) -> str:
        """Ours and the program's own version line: 'run_command 1, grep (GNU grep) 3.8'."""
        try:
            program = parse(str(arguments.get("command"))).program
        except ToolError:
            return "run_command 1"
        return _version(program) if _path(program) else "run_command 1"

    def run(self, workspace: Workspace, **arguments: Any) -> RunCommandResult:
        """What the program printed. Raises ToolError for a command that is not allowed."""
        command = parse(arguments["command"])
        targets = [workspace.resolve(operand) for operand in command.paths]
        ran = run_program([_program(command.program), *command.argv], workspace.root)
        is_one_file = len(targets) == 1 and not targets[0].is_dir()
        lines = _ordered(command, ran, is_one_file=is_one_file)
        shown = _cut(lines)
        return RunCommandResult(
            success=ran.exit_status == 0,
            exit_status=ran.exit_status,
            stdout="".join(f"{line}\n" for line in shown),
            stderr=_errors(command, ran),
            line_count=len(lines),
            truncated=len(shown) < len(lines),
        )

    def is_failure(self, result: Result) -> bool:
        """Whether the program complained; grep's exit status 1 alone is an answer."""
        if not isinstance(result, RunCommandResult) or result.error is not None:
            return True
        return result.exit_status != 0 and not self.is_empty(result)

    def is_empty(self, result: Result) -> bool:
        """Whether a program ran well and found nothing.

        That is no output at all, not even of a binary file that matches, or a grep -c with only
        zeros.
        """
        if not isinstance(result, RunCommandResult) or result.error is not None:
            return False
        if result.truncated or result.stderr or result.exit_status > 1:
            return False
        counts = {line.rpartition(":")[2] for line in result.stdout.splitlines()}
        return not counts or (result.exit_status == 1 and counts == {"0"})

    def content(self, result: Result) -> str:
        """The output as a terminal shows it, then what it would not: a cut, the exit status."""
        if not isinstance(result, RunCommandResult) or result.error:
            return f"error: {result.error}"
        shown = result.stdout.count("\n")
        cut = f"[first {shown} of {result.line_count} lines]\n" if result.truncated else ""
        silent = not (result.stdout or result.stderr or result.truncated)
        status = f"[exit status {result.exit_status}]" if result.exit_status or silent else ""
        return f"{result.stdout}{result.stderr}{cut}{status}"

    def view(self, arguments: Mapping[str, Any], result: Result) -> dict[str, Any]:
        """The lines, and what grep or find say in them.

        That is `matches` (path, line, text), `files` and `numbers`.
        """
        if not isinstance(result, RunCommandResult) or result.error:
            return super().view(arguments, result)
        command, lines = parse(arguments["command"]), _lines(result.stdout)
        matches = _matches(command, lines)
        is_listing = command.lists_files or command.program in {"find", "ls"}
        files = {match["path"] for match in matches} | set(map(_plain, lines if is_listing else []))
        return {
            **super().view(arguments, result),
            "lines": lines,
            "matches": matches,
            "files": sorted(files),
            "numbers": [int(found[1]) for found in map(NUMBER.match, lines) if found],
        }


def _matches(command: Command, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Path, line and text of each line of a grep -n; the path is '' where nothing tells it."""
    if not command.shows_lines:
        return []
    file = command.paths[0] if len(command.paths) == 1 else ""
    shows_paths = command.shows_paths
    if shows_paths is None and file:
        folder = f"{file.rstrip('/')}/"
        shows_paths = command.is_recursive and any(line.startswith(folder) for line in lines)
    if command.shows_paths is False and command.is_recursive:
        file = ""
    pattern = MATCH if shows_paths is False else MATCH_OF_PATH
    return [
        {
            "path": _plain(found.groupdict().get("path", file)),
            "line": int(found["line"]),
            "text": found["text"].strip(),
        }
        for found in map(pattern.fullmatch, lines)
        if found
    ]


def _plain(path: str) -> str:
    return path.removeprefix("./")


def _lines(text: str) -> list[str]:
    """Lines as grep counts them: only a line feed ends one."""
    return text.removesuffix("\n").split("\n") if text else []


def _ordered(command: Command, ran: Ran, *, is_one_file: bool) -> list[str]:
    """The output's lines, sorted by path where the program's own order is the file system's.

    A recursive grep was made to show each path and to end it with NUL: what it would have shown by
    itself is shown. Lines of one file keep their order.
    """
    if command.program == "find":
        return sorted(_lines(ran.stdout))
    if not command.is_recursive:
        return _lines(ran.stdout)
    if command.lists_files:
        return sorted(path for path in ran.stdout.split("\0") if path)
    shows_paths = not is_one_file if command.shows_paths is None else command.shows_paths
    rows = []
    for line in _lines(ran.stdout):
        path, nul, rest = line.partition("\0")
        if nul:
            rows.append((path, f"{path}:{rest}" if shows_paths else rest))
        else:
            binary = BINARY.fullmatch(line)
            rows.append((binary["path"] if binary else line, line))
    return [line for _, line in sorted(rows, key=lambda row: row[0])]


def _errors(command: Command, ran: Ran) -> str:
    """What the program complained of; sorted where it came in the file system's order."""
    lines = _lines(ran.stderr)
    if command.is_recursive or command.program == "find":
        lines.sort()
    if len(lines) > MAX_ERROR_LINES:
        lines = [*lines[:MAX_ERROR_LINES], f"[first {MAX_ERROR_LINES} of {len(lines)} lines]"]
    return "".join(f"{line}\n" for line in lines)


def _cut(lines: Sequence[str]) -> list[str]:
    shown, chars = [], 0
    for line in lines[:MAX_LINES]:
        chars += len(line) + 1
        if chars > MAX_CHARS:
            break
        shown.append(line)
    return shown


def _program(name: str) -> str:
    path = _path(name)
    if path is None:
        raise ToolError(f"{name}: not installed on this machine")
    return path


@cache
def _path(name: str) -> str | None:
    """Where a program lies: the system's own before what this user has put in front of it."""
    return shutil.which(name, path=os.defpath) or shutil.which(name)


@cache
def _version(name: str) -> str:
    lines = _lines(run_program([_program(name), "--version"], Path("/")).stdout)
    return f"run_command 1, {(lines or [name])[0]}"
