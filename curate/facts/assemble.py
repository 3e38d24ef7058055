"""One file's facts from what a parser's walk found, in any order.

The half of the work that both parsers share: the order of the rows, and what names stand for.
"""

from collections.abc import Iterable
from typing import NamedTuple

from curate.facts.names import bindings, resolve
from curate.facts.rows import Base, Call, Decorator, Import, ParserName, PythonFacts, Symbol


class Definition(NamedTuple):
    """A symbol, with what its bases and decorators need beyond their texts."""

    symbol: Symbol
    bases: list[tuple[int, str | None]]
    """Line and dotted name."""
    decorators: list[tuple[int, int, str | None]]
    """Line of the `@`, last line and dotted name."""


class Found(NamedTuple):
    """What a walk collects."""

    definitions: list[Definition]
    imports: list[tuple[int, list[Import]]]
    """The rows of each statement, with the place of the statement in the file."""
    calls: list[Call]


def qualify(name: str, scope: str | None, *, in_class: bool) -> str:
    """The `__qualname__` of a definition in this scope."""
    if scope is None:
        return name
    return f"{scope}.{name}" if in_class else f"{scope}.<locals>.{name}"


def assemble(
    parser: ParserName,
    line_count: int,
    found: Found,
    docstring: str | None,
    all_names: list[str] | None,
) -> PythonFacts:
    """The rows in the order of the file, with names resolved."""
    definitions = sorted(found.definitions, key=lambda row: (row.symbol.line, row.symbol.column))
    symbols = [row.symbol._replace(ordinal=i) for i, row in enumerate(definitions)]
    imports = [row for _, rows in sorted(found.imports, key=lambda x: x[0]) for row in rows]
    bases, decorators = _bases_and_decorators(definitions, symbols, imports)
    return PythonFacts(
        parser=parser,
        line_count=line_count,
        module_summary=None if docstring is None else docstring.partition("\n")[0],
        all_names=all_names,
        symbols=symbols,
        imports=imports,
        calls=sorted(found.calls),
        bases=bases,
        decorators=decorators,
    )


def _bases_and_decorators(
    definitions: Iterable[Definition], symbols: list[Symbol], imports: list[Import]
) -> tuple[list[Base], list[Decorator]]:
    bound = bindings(imports, symbols)
    classes = {symbol.qualified_name for symbol in symbols if symbol.kind == "class"}
    bases: list[Base] = []
    decorators: list[Decorator] = []
    for definition in definitions:
        symbol = definition.symbol
        of = symbol.qualified_name
        for i, (line, name) in enumerate(definition.bases):
            resolved = resolve(name, symbol.parent, bound, classes)
            bases.append(Base(of, line, i, symbol.bases[i], name, resolved, symbol.line))
        for i, (line, end_line, name) in enumerate(definition.decorators):
            resolved = resolve(name, symbol.parent, bound, classes)
            text = symbol.decorators[i]
            decorators.append(Decorator(of, line, end_line, text, name, resolved, symbol.line))
    return bases, decorators
