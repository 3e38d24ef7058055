"""`git_status`: which files differ from the last commit, staged or not.

{"success":true,"clean":false,"file_count":1,"files":[{"file":"src/a.py","status":"modified",
 "staged":true},{"file":"src/a.py","status":"modified","staged":false}],"truncated":false}
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from curate.tools.base import Arguments, Result, Tool, Workspace
from curate.tools.repository import git_version, run_git

MAX_FILES = 100
OPTIONS = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all", "--renames")
Status = Literal["modified", "added", "deleted", "renamed", "untracked"]
WORDS: Mapping[str, Status] = {
    "M": "modified",
    "T": "modified",
    "U": "modified",
    "A": "added",
    "C": "added",
    "D": "deleted",
    "R": "renamed",
    "?": "untracked",
}


class GitStatusArguments(Arguments):
    """It takes none."""


class FileStatus(BaseModel):
    """One difference: `staged` between the last commit and the index, else index and file.

    A file that has both is listed twice. `old_file` is what a renamed file was called.
    """

    file: str
    status: Status
    staged: bool
    old_file: str | None = None


class GitStatusResult(Result):
    """`clean` means nothing differs and nothing is untracked; `file_count` is of distinct files.

    Sorted by path, staged first. At most MAX_FILES entries are listed; the count is of all.
    """

    clean: bool = False
    file_count: int = 0
    files: list[FileStatus] = Field(default_factory=list)
    truncated: bool = False


class GitStatus(Tool):
    """What git status tells, in words; ignored files are not listed."""

    name = "git_status"
    family = "git"
    description = (
        "List the files of the project that differ from the last commit: modified, added, deleted, "
        "renamed or untracked, each staged or not. A file with staged and further unstaged "
        "changes is listed twice."
    )
    arguments = GitStatusArguments
    result = GitStatusResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'git 2.39.5'."""
        return git_version()

    def run(self, workspace: Workspace, **_: Any) -> GitStatusResult:
        """What differs. Raises ToolError where there is no repository."""
        found = sorted(
            _entries(run_git(workspace, "status", *OPTIONS)),
            key=lambda entry: (entry.file, not entry.staged),
        )
        return GitStatusResult(
            success=True,
            clean=not found,
            file_count=len({entry.file for entry in found}),
            files=found[:MAX_FILES],
            truncated=len(found) > MAX_FILES,
        )

    def is_clean(self, result: Result) -> bool:
        """Whether nothing differs."""
        return isinstance(result, GitStatusResult) and result.error is None and result.clean


def _entries(output: str) -> Iterator[FileStatus]:
    """The differences in the output of `git status -z`: two letters and a path a record."""
    records = iter(output.split("\0")[:-1])
    for record in records:
        index, tree, file = record[0], record[1], record[3:]
        old = next(records) if "R" in (index, tree) or "C" in (index, tree) else None
        for letter, staged in ((index, True), (tree, False)):
            if letter in WORDS and (letter, staged) != ("?", True):
                status = WORDS[letter]
                name = old if status == "renamed" else None
                yield FileStatus(file=file, status=status, staged=staged, old_file=name)
