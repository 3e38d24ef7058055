"""`git_diff`: what was changed line by line, staged or not.

{"success":true,"file_count":1,"additions":1,"deletions":1,"files":[{"file":"src/a.py",
 "status":"modified","additions":1,"deletions":1,"binary":false,"hunks":[{"old_start":7,
 "old_lines":3,"new_start":7,"new_lines":3,"header":"def total(prices):",
 "lines":["     total = 0","-    return 0","+    return total"," "]}]}],"truncated":false}
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from curate.tools.base import Arguments, Result, Tool, Workspace
from curate.tools.repository import git_version, pathspec, refuse_unknown, run_git

MAX_FILES = 50
MAX_LINES = 400
MAX_CHARS = 20_000
OPTIONS = (
    *("--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--find-renames"),
    *("--ignore-submodules=all", "--submodule=short"),
)
PATCH = ("--patch", "--unified=3", "--inter-hunk-context=0")
Status = Literal["modified", "added", "deleted", "renamed"]
WORDS: Mapping[str, Status] = {"A": "added", "D": "deleted", "R": "renamed", "C": "added"}
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")


class GitDiffArguments(Arguments):
    """Which of the two differences, and where."""

    staged: bool = Field(
        default=False,
        description="true: what is staged for the next commit. false: what is not staged yet.",
    )
    path: str | None = Field(None, description="Only this file or folder, relative to the project.")


class Hunk(BaseModel):
    """A run of changed lines with three lines around: each begins with ' ', '-' or '+'.

    `header` is the line that opens the function or class they are in, as far as git knows.
    """

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    header: str
    lines: list[str]


class FileDiff(BaseModel):
    """One file; a `binary` one has no hunks. `old_file` is what a renamed file was called."""

    file: str
    status: Status
    additions: int = 0
    deletions: int = 0
    binary: bool = False
    hunks: list[Hunk] = Field(default_factory=list)
    old_file: str | None = None


class GitDiffResult(Result):
    """The changed files in the order of their paths. Untracked files are in no diff.

    At most MAX_FILES files are listed, and of all hunks together MAX_LINES lines and MAX_CHARS
    characters: what is past that is left out. The counts are of all.
    """

    file_count: int = 0
    additions: int = 0
    deletions: int = 0
    files: list[FileDiff] = Field(default_factory=list)
    truncated: bool = False


class GitDiff(Tool):
    """What git diff tells, parsed; no program of the user or of the tree has a say in it."""

    name = "git_diff"
    family = "git"
    description = (
        "Show changed lines as hunks: those not staged yet, or with staged=true those staged for "
        "the next commit. Untracked files are not shown, use git_status for them. "
        f"At most {MAX_FILES} files and {MAX_LINES} lines are shown, the counts cover all."
    )
    arguments = GitDiffArguments
    result = GitDiffResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'git 2.39.5'."""
        return git_version()

    def run(self, workspace: Workspace, **arguments: Any) -> GitDiffResult:
        """The changes. Raises ToolError for a path that neither is nor was there."""
        path = arguments.get("path")
        words = ["diff", *(["--cached"] if arguments["staged"] else []), *OPTIONS]
        where = pathspec(workspace, path)
        raw = run_git(workspace, *words, "--raw", "-z", *where)
        if not raw:
            refuse_unknown(workspace, path)
            return GitDiffResult(success=True)
        files = list(_files(raw, run_git(workspace, *words, *PATCH, *where)))
        shown = _cut(files)
        return GitDiffResult(
            success=True,
            file_count=len(files),
            additions=sum(file.additions for file in files),
            deletions=sum(file.deletions for file in files),
            files=shown,
            truncated=shown != files,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether nothing is changed."""
        return isinstance(result, GitDiffResult) and result.error is None and not result.file_count


def _files(raw: str, patch: str) -> Iterator[FileDiff]:
    """The files that `raw` names, with the hunks that stand for each of them in `patch`."""
    sections = iter(_sections(patch))
    records = iter(raw.split("\0")[:-1])
    for record in records:
        letter = record.rpartition(" ")[2][0]
        old = next(records)
        name = next(records) if letter in "RC" else old
        hunks, is_binary = next(sections)
        if letter == "T":  # of another type now, as a link: the one deleted and the other added
            added, is_added_binary = next(sections)
            hunks, is_binary = hunks + added, is_binary or is_added_binary
        lines = [line for hunk in hunks for line in hunk.lines]
        yield FileDiff(
            file=name,
            status=WORDS.get(letter, "modified"),
            additions=sum(line.startswith("+") for line in lines),
            deletions=sum(line.startswith("-") for line in lines),
            binary=is_binary,
            hunks=hunks,
            old_file=old if letter == "R" else None,
        )


def _sections(patch: str) -> list[tuple[list[Hunk], bool]]:
    """The hunks of each file of a patch, and whether it is binary."""
    sections: list[tuple[list[Hunk], bool]] = []
    old = new = 0  # lines that are still to come of the hunk
    for line in patch.split("\n"):
        if old or new:
            sections[-1][0][-1].lines.append(line)
            old -= line[:1] in (" ", "-")
            new -= line[:1] in (" ", "+")
        elif line.startswith("\\"):  # No newline at end of file
            sections[-1][0][-1].lines.append(line)
        elif line.startswith("diff --git "):
            sections.append(([], False))
        elif line.startswith("Binary files "):
            sections[-1] = ([], True)
        elif match := HUNK.fullmatch(line):
            old_start, old_lines, new_start, new_lines = (int(n or 1) for n in match.groups()[:4])
            old, new = old_lines, new_lines
            hunk = Hunk(
                old_start=old_start,
                old_lines=old_lines,
                new_start=new_start,
                new_lines=new_lines,
                header=match[5].strip(),
                lines=[],
            )
            sections[-1][0].append(hunk)
    return sections


def _cut(files: list[FileDiff]) -> list[FileDiff]:
    """The files with as many lines of their hunks as the limits allow, from the first on."""
    lines_left, chars_left = MAX_LINES, MAX_CHARS
    shown = []
    for file in files[:MAX_FILES]:
        hunks = []
        for hunk in file.hunks:
            kept = []
            for line in hunk.lines:
                lines_left, chars_left = lines_left - 1, chars_left - len(line)
                if lines_left < 0 or chars_left < 0:
                    lines_left = 0  # a shorter line further on would leave a hole
                    break
                kept.append(line)
            if kept:
                hunks.append(hunk.model_copy(update={"lines": kept}))
        shown.append(file.model_copy(update={"hunks": hunks}))
    return shown
