"""`find_references`: every place that uses a name, its definition too, as `ty server` tells it.

{"success":true,"symbol":"Carrier","reference_count":9,"references":[{"file":"src/a.py","line":34,
 "column":7,"preview":"class Carrier(abc.ABC):"},...],"truncated":false}
"""

from typing import Any

from pydantic import BaseModel, Field

from curate.lsp.tool import LanguageTool, SymbolArguments
from curate.tools.base import Result, Workspace

MAX_REFERENCES = 50


class Reference(BaseModel):
    """One use; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    preview: str


class FindReferencesResult(Result):
    """`success` means that the search ran; it may have found nothing.

    At most MAX_REFERENCES are listed; the count is of all.
    """

    symbol: str = ""
    reference_count: int = 0
    references: list[Reference] = Field(default_factory=list)
    truncated: bool = False


class FindReferences(LanguageTool):
    """Uses in the project's files that mean the same thing, not only the same name."""

    name = "find_references"
    description = (
        "Find every use of a name over the project's Python files, its definition and imports "
        "included: file, line and column, and the line itself. "
        f"At most {MAX_REFERENCES} are listed, the count covers all."
    )
    arguments = SymbolArguments
    result = FindReferencesResult

    def run(self, workspace: Workspace, **arguments: Any) -> FindReferencesResult:
        """The uses, sorted by file, line and column."""
        from curate.lsp.opened import language_server

        opened = language_server(workspace)
        where = opened.position(arguments["path"], arguments["line"], arguments["symbol"])
        asked = {**where, "context": {"includeDeclaration": True}}
        found = opened.locations(opened.server.ask("textDocument/references", asked))
        listed = [opened.told(location) for location in found[:MAX_REFERENCES]]
        return FindReferencesResult(
            success=True,
            symbol=arguments["symbol"],
            reference_count=len(found),
            references=[
                Reference(file=at.file, line=at.line, column=at.column, preview=at.preview)
                for at in listed
            ],
            truncated=len(found) > MAX_REFERENCES,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether the search ran and found nothing."""
        return (
            isinstance(result, FindReferencesResult)
            and result.error is None
            and not result.reference_count
        )
