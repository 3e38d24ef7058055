"""`hover`: the type or signature of a name and its docstring, as `ty server` tells them.

{"success":true,"symbol":"quote","content":"def quote(parcel: Parcel) -> int","language":"python",
 "documentation":"The cheapest price in cents.","truncated":false}
"""

from typing import Any

from curate.lsp.tool import LanguageTool, SymbolArguments
from curate.tools.base import Result, Workspace

MAX_CHARS = 2_000
RULE = "-" * 45  # ty's line between a type and its docstring, in plain text


class HoverResult(Result):
    """`success` means that something is known of the name.

    `content` is code in `language`; `documentation` is the docstring, if there is one. Each is cut
    at MAX_CHARS.
    """

    symbol: str = ""
    content: str = ""
    language: str = ""
    documentation: str | None = None
    truncated: bool = False


class Hover(LanguageTool):
    """What an editor shows beside the pointer."""

    name = "hover"
    description = (
        "Get the type or signature of a name in a Python file, and its docstring. "
        f"Each is cut at {MAX_CHARS} characters."
    )
    arguments = SymbolArguments
    result = HoverResult

    def run(self, workspace: Workspace, **arguments: Any) -> HoverResult:
        """Type or signature, and docstring."""
        from curate.lsp.answers import Hovered, read
        from curate.lsp.opened import language_server

        opened = language_server(workspace)
        where = opened.position(arguments["path"], arguments["line"], arguments["symbol"])
        found = read(Hovered, opened.server.ask("textDocument/hover", where))
        if found is None:
            return HoverResult(success=False, symbol=arguments["symbol"])
        content, _, documentation = opened.text(found.text).partition(f"\n{RULE}\n")
        texts = [content.strip("\n"), documentation.strip("\n")]
        cut = [text if len(text) <= MAX_CHARS else f"{text[: MAX_CHARS - 1]}…" for text in texts]
        return HoverResult(
            success=True,
            symbol=arguments["symbol"],
            content=cut[0],
            language="python",
            documentation=cut[1] or None,
            truncated=cut != texts,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether nothing is known of the name."""
        return result.error is None and not result.success
