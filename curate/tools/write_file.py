"""`write_file`: a text file written whole, in a copy of the workspace that later calls see.

{"success":true,"path":"src/a.py","created":false,"line_count":12,"size_bytes":240}

The workspace itself stays as it was.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from curate.tools.base import Arguments, Result, Tool, Workspace


class WriteFileArguments(Arguments):
    """Where to write, and what."""

    path: str = Field(description="File to write, relative to the project. Folders are made.")
    content: str = Field(description="The whole new text of the file.")


class WriteFileResult(Result):
    """What lies there now; `created` when there was no such file before."""

    path: str = ""
    created: bool = False
    line_count: int = 0
    size_bytes: int = 0


class WriteFile(Tool):
    """Writes into a copy: no file of a workspace is ever changed."""

    name = "write_file"
    family = "files"
    description = (
        "Write a text file of the project, whole: an existing file is replaced, a new one is "
        "created with the folders above it."
    )
    arguments = WriteFileArguments
    result = WriteFileResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """It is our own code: the number moves when what it does changes."""
        return "write_file 1"

    def run(self, workspace: Workspace, **arguments: Any) -> WriteFileResult:
        """What was written. Raises ToolError for a path that cannot be written."""
        from curate.workspaces.overlay import with_file

        path, content = arguments["path"], arguments["content"]
        created = not workspace.resolve(path).exists()
        with_file(workspace, path, content)
        return WriteFileResult(
            success=True,
            path=path,
            created=created,
            line_count=len(content.splitlines()),
            size_bytes=len(content.encode()),
        )

    def after(
        self, workspace: Workspace, arguments: Mapping[str, Any], result: Result
    ) -> Workspace:
        """The copy with the file in it; the same workspace when nothing could be written."""
        if result.error is not None:
            return workspace
        from curate.workspaces.overlay import with_file

        return with_file(workspace, arguments["path"], arguments["content"])
