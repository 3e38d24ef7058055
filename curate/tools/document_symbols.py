"""`document_symbols`: the outline of a file, as `ty server` tells it.

{"success":true,"file_path":"src/a.py","symbol_count":2,"symbols":[{"name":"Carrier",
 "kind":"class","line":34,"end_line":46,"children":[{"name":"accepts","kind":"method","line":44,
 "end_line":46,"children":[]}]}],"truncated":false}
"""

from typing import Any

from pydantic import Field

from curate.lsp.symbols import Symbol, count, cut, named
from curate.lsp.tool import LanguageTool
from curate.tools.base import Arguments, Result, Workspace

MAX_SYMBOLS = 100


class DocumentSymbolsArguments(Arguments):
    """A file."""

    path: str = Field(description="Python file to outline, relative to the project.")


class DocumentSymbolsResult(Result):
    """`success` means that the file was read; it may define nothing.

    At most MAX_SYMBOLS are listed, from the top; the count is of all, those within others too.
    """

    file_path: str = ""
    symbol_count: int = 0
    symbols: list[Symbol] = Field(default_factory=list)
    truncated: bool = False


class DocumentSymbols(LanguageTool):
    """Classes with their members, functions, variables and constants of one file."""

    name = "document_symbols"
    description = (
        "List the classes, functions, methods, variables and constants that a Python file "
        "defines, with kind, first and last line, as a tree. "
        f"At most {MAX_SYMBOLS} are listed, the count covers all."
    )
    arguments = DocumentSymbolsArguments
    result = DocumentSymbolsResult

    def run(self, workspace: Workspace, **arguments: Any) -> DocumentSymbolsResult:
        """The symbols in the order of the file."""
        from curate.lsp.opened import language_server

        opened = language_server(workspace)
        file, _ = opened.document(arguments["path"])
        found = named(opened.server.ask("textDocument/documentSymbol", file))
        total = count(found)
        return DocumentSymbolsResult(
            success=True,
            file_path=opened.name(file["textDocument"]["uri"]) or "",
            symbol_count=total,
            symbols=cut(found, MAX_SYMBOLS),
            truncated=total > MAX_SYMBOLS,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether the file defines nothing."""
        return (
            isinstance(result, DocumentSymbolsResult)
            and result.error is None
            and not result.symbol_count
        )
