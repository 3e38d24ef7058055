"""Symbols of a workspace by name: the nearest names first, each with what holds it.

search(opened, "accepts", 50)
  ->  (1, [FoundSymbol("accepts", "method", "src/a.py", 44, "Carrier")])
"""

from typing import NamedTuple

from curate.lsp.answers import SymbolInformation, WorkspaceSymbols, kind_name, read
from curate.lsp.opened import OpenWorkspace
from curate.lsp.symbols import Standing


class FoundSymbol(NamedTuple):
    """A symbol: `line` is where its name stands, from 1, and `container_name` what holds it."""

    name: str
    kind: str
    file: str
    line: int
    container_name: str | None


def search(opened: OpenWorkspace, query: str, limit: int) -> tuple[int, list[FoundSymbol]]:
    """How many symbols match, and the first of them by nearness, file and place.

    A server tells where a symbol begins, decorators and all; its line and holder are looked up in
    the outline of its file.
    """
    answer = read(WorkspaceSymbols, opened.server.ask("workspace/symbol", {"query": query}))
    found = {}
    for symbol in answer or []:
        file, begin = opened.name(symbol.location.uri), symbol.location.range.start
        if file is not None and symbol.name:
            nearness = _nearness(query, symbol.name)
            found[nearness, file, begin.line, begin.character, symbol.name] = symbol
    listed = []
    for key in sorted(found)[:limit]:
        symbol, file = found[key], key[1]
        standing = _standing(opened, symbol)
        listed.append(
            FoundSymbol(
                symbol.name, kind_name(symbol.kind), file, standing.line, standing.container
            )
        )
    return len(found), listed


def _nearness(query: str, name: str) -> int:
    """0 for the name itself, 1 in other capitals, 2 where it begins with it, 3 holds it, 4 else."""
    given, low = query.lower(), name.lower()
    tests = (name == query, low == given, low.startswith(given), given in low)
    return next((number for number, holds in enumerate(tests) if holds), len(tests))


def _standing(opened: OpenWorkspace, symbol: SymbolInformation) -> Standing:
    begin = symbol.location.range.start
    outline = opened.outline(symbol.location.uri)
    told = Standing(begin.line + 1, symbol.container_name)
    return outline.get((symbol.name, begin.line, begin.character), told)
