"""`goto_definition`: where a name is defined, as `ty server` tells it.

{"success":true,"symbol":"Carrier","location_count":1,"locations":[{"file":"src/a.py","line":34,
 "column":7,"end_line":34,"end_column":14,"preview":"class Carrier(abc.ABC):"}],"truncated":false}
"""

from typing import Any

from pydantic import BaseModel, Field

from curate.lsp.tool import LanguageTool, SymbolArguments
from curate.tools.base import Result, Workspace

MAX_LOCATIONS = 20


class DefinitionLocation(BaseModel):
    """Where the name stands in its definition; `end_column` is the column after its last."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    preview: str


class GotoDefinitionResult(Result):
    """`success` means that a definition was found.

    At most MAX_LOCATIONS are listed; the count is of all.
    """

    symbol: str = ""
    location_count: int = 0
    locations: list[DefinitionLocation] = Field(default_factory=list)
    truncated: bool = False


class GotoDefinition(LanguageTool):
    """Definitions of the project's own names, and of the standard library's as `<stdlib>/…`."""

    name = "goto_definition"
    description = (
        "Find where a name of a Python file is defined: file, line and column, and the line "
        "itself. Definitions in the standard library have files that begin with <stdlib>/. "
        f"At most {MAX_LOCATIONS} are listed, the count covers all."
    )
    arguments = SymbolArguments
    result = GotoDefinitionResult

    def run(self, workspace: Workspace, **arguments: Any) -> GotoDefinitionResult:
        """The definitions, sorted by file, line and column."""
        from curate.lsp.opened import language_server

        opened = language_server(workspace)
        where = opened.position(arguments["path"], arguments["line"], arguments["symbol"])
        found = opened.locations(opened.server.ask("textDocument/definition", where))
        listed = [opened.told(location)._asdict() for location in found[:MAX_LOCATIONS]]
        return GotoDefinitionResult(
            success=bool(found),
            symbol=arguments["symbol"],
            location_count=len(found),
            locations=[DefinitionLocation(**location) for location in listed],
            truncated=len(found) > MAX_LOCATIONS,
        )

    def is_empty(self, result: Result) -> bool:
        """Whether no definition was found."""
        return result.error is None and not result.success
