"""What a workspace is made of; its id is a hash of that, so it can be made again anywhere.

    WorkspaceSpec(
        source_id="flask@3.1.3", tree_sha256="8d1c…",
        history=(Release(version="3.0.3", tree_sha256="77ab…", author="…", date="2024-04-07T…"), …),
        changes=(Change(path="src/flask/app.py", content="…", state="unstaged"),),
    ).workspace_id  ->  "5b1f0c…"

This module reads and writes no file.
"""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["unstaged", "staged", "both", "committed"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Release(_Part):
    """An earlier release of a source, which becomes one commit. `date` is UTC, to the second."""

    version: str
    tree_sha256: str
    author: str
    date: str


class Change(_Part):
    """A file that differs from the source's own.

    `content` is what lies in the tree; `staged` what the index holds where that is something else
    again (`both`); `message` is the commit's (`committed`). An unstaged change to a file that the
    source does not have is an untracked file.
    """

    path: str
    content: str
    state: State = "unstaged"
    staged: str | None = None
    message: str | None = None


class WorkspaceSpec(_Part):
    """A source at its version, the history before it, and the changes made to it, in order.

    `commit` is the pinned commit of a git source, whose history is its own.
    """

    source_id: str
    tree_sha256: str
    commit: str | None = None
    history: tuple[Release, ...] = ()
    author: str = ""
    date: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def workspace_id(self) -> str:
        """The first 24 hexadecimal digits of the sha256 of this as JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:24]
