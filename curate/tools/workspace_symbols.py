"""`workspace_symbols`: symbols of the whole project by name, as `ty server` finds them.

{"success":true,"query":"accepts","symbol_count":1,"symbols":[{"name":"accepts","kind":"method",
 "file":"src/a.py","line":44,"container_name":"Carrier"}],"truncated":false}
"""

from typing import Any

from pydantic import BaseModel, Field

from curate.lsp.tool import LanguageTool
from curate.tools.base import Arguments, Result, Workspace

MAX_SYMBOLS = 50


class WorkspaceSymbolsArguments(Arguments):
    """What to look for."""

    query: str = Field(
        min_length=1,
        max_length=200,
        description="The name to look for, or part of it. Capitals do not matter, and letters may "
        "be left out between those given.",
    )


class WorkspaceSymbol(BaseModel):
    """A symbol; `line` is where its name stands, `container_name` the symbol that it is within."""

    name: str
    kind: str
    file: str
    line: int
    container_name: str | None = None


class WorkspaceSymbolsResult(Result):
    """`success` means that the search ran; it may have found nothing.

    At most MAX_SYMBOLS are listed, the nearest names first; the count is of all.
    """

    query: str = ""
    symbol_count: int = 0
    symbols: list[WorkspaceSymbol] = Field(default_factory=list)
    truncated: bool = False


class WorkspaceSymbols(LanguageTool):
    """Symbols of all Python files of the project whose names match loosely."""

    name = "workspace_symbols"
    description = (
        "Search the whole project for classes, functions, methods, variables and constants by "
        "name and get kind, file, line and the symbol that holds each. Names that equal the query "
        "come first, then those that begin with it, contain it, or match it loosely. "
        f"At most {MAX_SYMBOLS} are listed, the count covers all."
    )
    arguments = WorkspaceSymbolsArguments
    result = WorkspaceSymbolsResult

    def run(self, workspace: Workspace, **arguments: Any) -> WorkspaceSymbolsResult:
        """The symbols by nearness of the name, then file and line."""
        from curate.lsp.opened import language_server
        from curate.lsp.search import search

        query = arguments["query"]
        total, listed = search(language_server(workspace), query, MAX_SYMBOLS)
        return WorkspaceSymbolsResult(
            success=True,
            query=query,
            symbol_count=total,
            symbols=[WorkspaceSymbol(**symbol._asdict()) for symbol in listed],
            truncated=total > MAX_SYMBOLS,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether the search ran and found nothing."""
        return (
            isinstance(result, WorkspaceSymbolsResult)
            and result.error is None
            and not result.symbol_count
        )
