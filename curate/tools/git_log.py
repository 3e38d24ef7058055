"""`git_log`: the newest commits, of the whole project or of one file or folder.

{"success":true,"commit_count":1,"commits":[{"hash":"1f0a5e9c3b","message":"Release 3.1.3",
 "author":"Pallets","date":"2026-02-19T03:50:11Z"}],"truncated":true}
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from curate.tools.base import Arguments, Result, Tool, Workspace
from curate.tools.repository import (
    HASH_DIGITS,
    git_version,
    pathspec,
    refuse_unknown,
    run_git,
    shown_author,
    utc,
)

MAX_COMMITS = 100
MAX_MESSAGE_CHARS = 500
FIELDS = ("%H", "%an", "%at", "%s")


class GitLogArguments(Arguments):
    """How many, and where."""

    limit: int = Field(
        default=10, ge=1, le=MAX_COMMITS, description="How many commits to list at most."
    )
    path: str | None = Field(
        None, description="Only commits that changed this file or folder, relative to the project."
    )


class LoggedCommit(BaseModel):
    """One commit: the first ten digits of its hash, the first line of its message, UTC."""

    hash: str
    message: str
    author: str
    date: str


class GitLogResult(Result):
    """The commits, newest first; `truncated` when there are more than `limit`.

    Authors without their e-mail addresses; a first line is cut after MAX_MESSAGE_CHARS characters.
    """

    commit_count: int = 0
    commits: list[LoggedCommit] = Field(default_factory=list)
    truncated: bool = False


class GitLog(Tool):
    """What git log tells of the current branch."""

    name = "git_log"
    family = "git"
    description = (
        "List the newest commits of the project, or only those that changed one file or folder: "
        "hash, first line of the message, author and date."
    )
    arguments = GitLogArguments
    result = GitLogResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'git 2.39.5'."""
        return git_version()

    def run(self, workspace: Workspace, **arguments: Any) -> GitLogResult:
        """The commits. Raises ToolError for a path that neither is nor was there."""
        path, limit = arguments.get("path"), arguments["limit"]
        form = "--format=tformat:" + "%x00".join(FIELDS)
        where = pathspec(workspace, path)
        output = run_git(workspace, "log", "-z", form, f"--max-count={limit + 1}", "HEAD", *where)
        words = output.split("\0")[:-1]
        found = [
            LoggedCommit(
                hash=name[:HASH_DIGITS],
                message=message[:MAX_MESSAGE_CHARS],
                author=shown_author(author),
                date=utc(seconds),
            )
            for name, author, seconds, message in zip(*[iter(words)] * len(FIELDS), strict=True)
        ]
        if not found:
            refuse_unknown(workspace, path)
        shown = found[:limit]
        return GitLogResult(
            success=True,
            commit_count=len(shown),
            commits=shown,
            truncated=len(found) > limit,
        )

    def is_cut(self, result: Result) -> bool:  # noqa: ARG002  older commits are never asked for
        """No: the newest ones are what was asked for."""
        return False

    def is_empty(self, result: Result) -> bool:
        """Whether no commit was found."""
        return isinstance(result, GitLogResult) and result.error is None and not result.commit_count
