"""What the tools that ask a language server share: their family, version and arguments."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from curate.tools.base import Arguments, Tool


class SymbolArguments(Arguments):
    """A name at a place in a file."""

    path: str = Field(description="Python file that the name stands in, relative to the project.")
    line: int = Field(ge=1, description="Line that the name stands on, counted from 1.")
    symbol: str = Field(
        min_length=1,
        max_length=200,
        description="The name as it stands on that line. Where it stands there more than once, "
        "the first is meant; a dotted name such as `a.b` means `b` after `a.`.",
    )


class LanguageTool(Tool):
    """A tool that `ty server` answers, over the project alone, without third-party packages."""

    family = "language"

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'ty 0.0.104'."""
        from curate.lsp.ty_server import ty_version

        return ty_version()
