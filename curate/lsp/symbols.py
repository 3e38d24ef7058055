"""Symbols of a file as a tree, and where each stands.

cut(named(answer), 100)  ->  [Symbol("A", "class", line=1, end_line=9, children=[...])]
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from curate.lsp.answers import DocumentSymbol, DocumentSymbols, kind_name, read


class Symbol(BaseModel):
    """A symbol of a file: `line` is where its name stands, `end_line` its last; from 1."""

    name: str
    kind: str
    line: int
    end_line: int
    children: list["Symbol"] = Field(default_factory=list)


class Standing(NamedTuple):
    """The line of a symbol's name, from 1, and the name of the symbol that holds it."""

    line: int
    container: str | None


def named(answer: Any) -> list[DocumentSymbol]:
    """The symbols of an answer in the order of the file.

    Those without a name, which code that does not parse has, give way to what they hold.
    """
    return _ordered(read(DocumentSymbols, answer) or [])


def count(symbols: Sequence[DocumentSymbol]) -> int:
    """How many symbols there are in a tree."""
    return sum(1 + count(symbol.children) for symbol in symbols)


def cut(symbols: Sequence[DocumentSymbol], limit: int) -> list[Symbol]:
    """The first symbols of a tree, as read from the top; one stands only where its holder does."""
    kept, left = [], limit
    for symbol in symbols:
        if left <= 0:
            break
        children = cut(symbol.children, left - 1)
        left -= 1 + _size(children)
        kept.append(
            Symbol(
                name=symbol.name,
                kind=kind_name(symbol.kind),
                line=symbol.selection_range.start.line + 1,
                end_line=symbol.range.end.line + 1,
                children=children,
            )
        )
    return kept


def standings(symbols: Sequence[DocumentSymbol]) -> dict[tuple[str, int, int], Standing]:
    """Each symbol's place by its name and the line and character, from 0, where it begins."""
    return dict(_standings(symbols, None))


def _standings(
    symbols: Sequence[DocumentSymbol], container: str | None
) -> Iterator[tuple[tuple[str, int, int], Standing]]:
    for symbol in symbols:
        begin = symbol.range.start
        key = (symbol.name, begin.line, begin.character)
        yield key, Standing(symbol.selection_range.start.line + 1, container)
        yield from _standings(symbol.children, symbol.name)


def _ordered(symbols: Sequence[DocumentSymbol]) -> list[DocumentSymbol]:
    ordered = []
    for symbol in symbols:
        children = _ordered(symbol.children)
        if symbol.name:
            ordered.append(symbol.model_copy(update={"children": children}))
        else:
            ordered += children
    return sorted(ordered, key=_place)


def _place(symbol: DocumentSymbol) -> tuple[int, int]:
    start = symbol.selection_range.start
    return start.line, start.character


def _size(symbols: Sequence[Symbol]) -> int:
    return sum(1 + _size(symbol.children) for symbol in symbols)
