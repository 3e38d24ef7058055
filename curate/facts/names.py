"""What a dotted name of a base or a decorator stands for, as far as the file itself tells.

`resolve("t.Protocol", ...)` is `typing.Protocol` after `import typing as t`.
Follows Python's scopes, not its control flow; reads no other file.
"""

from collections.abc import Iterable

from curate.facts.rows import Import, Symbol

HERE = "<module>"
"""Stands before a name that the file defines: `<module>.Parcel`, `<module>.make.<locals>.Local`."""

Bindings = dict[tuple[str | None, str], str | None]
"""(scope, name) -> what it stands for; None when the file binds it to several things or to a
value that is known only when the code runs."""


def bindings(imports: Iterable[Import], symbols: Iterable[Symbol]) -> Bindings:
    """What each name that an import, a definition or a parameter binds stands for.

    Assignments are not followed: in `try: from x import A` / `except ImportError: A = None` the
    name stands for `x.A`.
    """
    bound: Bindings = {}

    def bind(scope: str | None, name: str, target: str | None) -> None:
        key = scope, name
        bound[key] = target if bound.get(key, target) == target else None

    for row in imports:
        if row.name is None:
            head = row.module.partition(".")[0]
            bind(row.scope, row.alias or head, row.module if row.alias else head)
        elif row.name != "*":
            dot = "" if row.module.endswith(".") else "."
            bind(row.scope, row.alias or row.name, f"{row.module}{dot}{row.name}")
    for symbol in symbols:
        bind(symbol.parent, symbol.name, f"{HERE}.{symbol.qualified_name}")
        for parameter in symbol.parameters:
            bound[symbol.qualified_name, parameter.name] = None
    return bound


def resolve(name: str | None, scope: str | None, bound: Bindings, classes: set[str]) -> str | None:
    """The absolute dotted name, or None when the file does not tell.

    `pydantic.BaseModel` for an imported name, `..main.BaseModel` with the dots of a relative
    import, `<module>.Parcel` for a definition of this file. Builtins are not resolved. `scope` is
    the definition around the expression; a class is seen only from directly inside it.
    """
    if name is None:
        return None
    head, dot, rest = name.partition(".")
    current = scope
    while True:
        if (current, head) in bound and (current == scope or current not in classes):
            target = bound[current, head]
            return None if target is None else f"{target}{dot}{rest}"
        if current is None:
            return None
        current = _around(current)


def _around(qualified_name: str) -> str | None:
    """The qualified name of the definition around this one."""
    outer = qualified_name.rpartition(".")[0]
    return outer.removesuffix(".<locals>") or None
