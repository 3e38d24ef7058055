"""The commits of a workspace as facts, told as `git_log` tells them, with the files each changed.

commits_of(workspace)[0]  ->  CommitRow("5b1f0c…", 1, "b7916be0c1", "Release 3.1.3", "Pallets",
                                        "2026-02-19T05:00:57Z", [ChangedFile("CHANGES.rst", 9, 1)])
"""

import re
from typing import NamedTuple

from curate.tools.base import Workspace
from curate.tools.git_log import MAX_MESSAGE_CHARS
from curate.tools.repository import HASH_DIGITS, run_git, shown_author, utc

NEWEST_COMMITS = 200  # of a git source, which may have any number
_FORM = "--format=tformat:commit %H%x00%an%x00%at%x00%s"
_COUNTED = re.compile(r"\n?(\d+|-)\t(\d+|-)\t(.*)", re.DOTALL)


class ChangedFile(NamedTuple):
    """A file that a commit changed, with lines added and removed; None of a binary one."""

    path: str
    additions: int | None
    deletions: int | None


class CommitRow(NamedTuple):
    """A row of `workspace_commits`. `ordinal` counts from 1, the newest."""

    workspace_id: str
    ordinal: int
    hash: str
    message: str
    author: str
    date: str
    files: list[ChangedFile]


def commits_of(workspace: Workspace, limit: int = NEWEST_COMMITS) -> list[CommitRow]:
    """The newest commits. A merge's files are those that differ from its first parent's.

    Raises ToolError when the workspace has no repository.
    """
    output = run_git(
        workspace,
        *("log", "-z", _FORM, "--numstat", "--no-renames", "--diff-merges=first-parent"),
        *("--ignore-submodules=all", f"--max-count={limit}", "HEAD"),
    )
    rows: list[CommitRow] = []
    words = iter(output.split("\0")[:-1])
    for word in words:
        if word.startswith("commit "):
            author, seconds, message = next(words), next(words), next(words)
            hashed = word.removeprefix("commit ")[:HASH_DIGITS]
            about = (hashed, message[:MAX_MESSAGE_CHARS], shown_author(author), utc(seconds))
            rows.append(CommitRow(workspace.workspace_id, len(rows) + 1, *about, []))
        elif match := _COUNTED.fullmatch(word):
            counts = (int(count) if count != "-" else None for count in match.groups()[:2])
            rows[-1].files.append(ChangedFile(match[3], *counts))
    return rows
