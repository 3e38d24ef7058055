r"""`read_file`: a text file with line numbers, whole or a range.

1\timport json
2\tfrom pathlib import Path
[lines 1-2 of 40]
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace
from curate.tools.text_file import MAX_FILE_BYTES, read_text

MAX_LINES = 400
BACKTICKS = re.compile("`+")


class ReadFileArguments(Arguments):
    """A path, and optionally the first and last line to show."""

    path: str = Field(description="File to read, relative to the project.")
    start_line: int | None = Field(None, ge=1, description="First line to show, counted from 1.")
    end_line: int | None = Field(None, ge=1, description="Last line to show, inclusive.")


class ReadFileResult(Result):
    """`text` is the numbered lines from `start_line` to `end_line` (1-based, inclusive)."""

    text: str = ""
    start_line: int = 0
    end_line: int = 0
    line_count: int = 0


class ReadFile(Tool):
    """Reads inside the workspace only; at most MAX_LINES lines a call, and says so."""

    name = "read_file"
    family = "files"
    description = (
        "Read a text file of the project, with line numbers. Reads the whole file or the lines "
        f"from start_line to end_line; at most {MAX_LINES} lines are shown, of files of at most "
        f"{MAX_FILE_BYTES // 1_000_000} MB."
    )
    arguments = ReadFileArguments
    result = ReadFileResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """It is our own code: the number moves when what it returns changes."""
        return "read_file 1"

    def run(self, workspace: Workspace, **arguments: Any) -> ReadFileResult:
        """The numbered lines. Raises ToolError for what is no text file or no line of it."""
        path = arguments["path"]
        lines = _lines(workspace, path)
        start = arguments.get("start_line") or 1
        wanted = arguments.get("end_line") or max(len(lines), 1)
        if start > max(len(lines), 1):
            raise ToolError(
                f"{path}: start_line {start} is past the end, the file has {len(lines)} lines"
            )
        if wanted < start:
            raise ToolError(f"{path}: end_line {wanted} is before start_line {start}")
        end = min(wanted, len(lines), start + MAX_LINES - 1)
        width = len(str(end))
        text = "".join(f"{n:>{width}}\t{lines[n - 1]}\n" for n in range(start, end + 1))
        return ReadFileResult(
            success=True, text=text, start_line=start, end_line=end, line_count=len(lines)
        )

    def view(self, arguments: Mapping[str, Any], result: Result) -> dict[str, Any]:
        """The result's fields, `code` as its lines without numbers, and a Markdown `fence`.

        No line of the code ends the fence.
        """
        text = getattr(result, "text", "")
        code = [line.partition("\t")[2] for line in text.split("\n")[:-1]]
        longest = max(map(len, BACKTICKS.findall(text)), default=0)
        fence = "`" * max(3, longest + 1)
        return {**super().view(arguments, result), "code": code, "fence": fence}

    def content(self, result: Result) -> str:
        """The numbered lines; a last line tells the range when the file has more."""
        if not isinstance(result, ReadFileResult) or not result.success:
            return f"error: {result.error}"
        if not result.line_count:
            return "[empty file]"
        if (result.start_line, result.end_line) == (1, result.line_count):
            return result.text
        return f"{result.text}[lines {result.start_line}-{result.end_line} of {result.line_count}]"


def _lines(workspace: Workspace, path: str) -> list[str]:
    """The file's lines without their ends."""
    text = read_text(workspace.resolve(path), path)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
