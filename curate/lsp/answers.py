"""The shapes of a server's answers, as the protocol (LSP 3.17) defines them, checked when read.

read(Locations, [{"uri": "file:///a.py", "range": {...}}])  ->  [Location(...)]
"""

from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from curate.tools.base import ToolError


class Position(BaseModel):
    """`line` counts from 0, `character` in units of the agreed encoding."""

    line: int = Field(ge=0)
    character: int = Field(ge=0)


class Range(BaseModel):
    """`end` is the position after the last character."""

    start: Position
    end: Position


class Location(BaseModel):
    """A range in a file."""

    uri: str
    range: Range


class DocumentSymbol(BaseModel):
    """A symbol of a file; `selection_range` is its name, `range` all of it with its decorators."""

    name: str
    kind: int
    range: Range
    selection_range: Range = Field(alias="selectionRange")
    children: list["DocumentSymbol"] = Field(default_factory=list)


class SymbolInformation(BaseModel):
    """A symbol of the workspace."""

    name: str
    kind: int
    location: Location
    container_name: str | None = Field(None, alias="containerName")


class MarkedText(BaseModel):
    """Text in a markup or a language."""

    value: str


class Hover(BaseModel):
    """What is known of a position; three forms of `contents` are allowed."""

    contents: MarkedText | str | list[MarkedText | str]

    @property
    def text(self) -> str:
        """All of it as one text."""
        parts = self.contents if isinstance(self.contents, list) else [self.contents]
        return "\n\n".join(part if isinstance(part, str) else part.value for part in parts)


Locations: TypeAlias = Location | list[Location] | None
DocumentSymbols: TypeAlias = list[DocumentSymbol] | None
Hovered: TypeAlias = Hover | None

# SymbolKind 1 to 26 of the protocol.
KINDS = (
    *("file", "module", "namespace", "package", "class", "method", "property", "field"),
    *("constructor", "enum", "interface", "function", "variable", "constant", "string"),
    *("number", "boolean", "array", "object", "key", "null", "enum_member", "struct"),
    *("event", "operator", "type_parameter"),
)


def read(shape: Any, answer: Any) -> Any:
    """An answer in the shape of its type. Raises ToolError for one of another shape."""
    try:
        return _adapter(shape).validate_python(answer)
    except (ValidationError, RecursionError):
        raise unreadable() from None


def unreadable() -> ToolError:
    """The error for an answer of another shape than the protocol's."""
    return ToolError("the language server gave an answer that cannot be read")


def kind_name(kind: int) -> str:
    """The protocol's name of a SymbolKind, in lower case."""
    return KINDS[kind - 1] if 1 <= kind <= len(KINDS) else "unknown"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
