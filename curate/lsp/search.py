"""Symbols of a workspace by name: the nearest names first, each with what holds it.

search(opened, "accepts", 50)
  ->  (1, [FoundSymbol("accepts", "method", "src/a.py", 44, "Carrier")])
"""

from typing import Any, NamedTuple

from curate.lsp.answers import SymbolInformation, kind_name, read, unreadable
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
    answer = opened.server.ask("workspace/symbol", {"query": query})
    ranked = _ranked(opened, query, answer or [])
    listed = []
    for _, file, *_, raw in ranked[:limit]:
        symbol: SymbolInformation = read(SymbolInformation, raw)
        standing = _standing(opened, symbol)
        listed.append(
            FoundSymbol(
                symbol.name, kind_name(symbol.kind), file, standing.line, standing.container
            )
        )
    return len(ranked), listed


def _ranked(opened: OpenWorkspace, query: str, answer: Any) -> list[tuple[Any, ...]]:
    """Nearness, file, line, character, name and raw symbol of each match, sorted, each once.

    There may be thousands, of which few are listed: only those are read in full.
    """
    found = {}
    try:
        for raw in answer:
            name, location = raw["name"], raw["location"]
            file, begin = opened.name(location["uri"]), location["range"]["start"]
            if file is not None and name:
                place = (file, begin["line"], begin["character"])
                found[_nearness(query, name), *place, name] = raw
        return [(*key, found[key]) for key in sorted(found)]
    except (KeyError, TypeError, AttributeError):
        raise unreadable() from None


def _nearness(query: str, name: str) -> int:
    """0 for the name itself, 1 in other capitals, 2 where it begins with it, 3 holds it, 4 else."""
    given, low = query.lower(), name.lower()
    if given not in low:
        return 4
    if not low.startswith(given):
        return 3
    if low != given:
        return 2
    return 0 if name == query else 1


def _standing(opened: OpenWorkspace, symbol: SymbolInformation) -> Standing:
    begin = symbol.location.range.start
    outline = opened.outline(symbol.location.uri)
    told = Standing(begin.line + 1, symbol.container_name)
    return outline.get((symbol.name, begin.line, begin.character), told)
