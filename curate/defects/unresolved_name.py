"""`unresolved_name`: a name is mistyped where it is read.

return response.text  ->  return repsonse.text
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.words import typo


class UnresolvedName(Defect):
    """A local name or a parameter rather than one of the module."""

    name = "unresolved_name"
    summary = "a name is mistyped where it is read, so nothing has that name"
    reports: ClassVar[Reports] = {
        "typecheck": ("unresolved-reference",),
        "ruff_check": ("F821",),
        "pytest_run": (),
    }
    messages = (
        "Use {name} in {symbol}",
        "Read {name} instead of {meant} in {symbol}",
        "{symbol}: take {name} for {meant}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Reads of names inside of functions that this file binds."""
        typos: dict[str, str | None] = {}
        for found in code.all(cst.Name):
            name, scope = found.node.value, found.scope
            if found.is_odd or id(found.node) in code.stores or not scope.is_function:
                continue
            if name in {"self", "cls"}:
                continue
            binding = code.binds(name, scope)
            if binding is None:
                continue
            if name not in typos:
                typos[name] = typo(name, code.words, seed)
            mistyped = typos[name]
            if mistyped is None:
                continue
            start, end = code.span(found.node)
            rank = 0 if binding is scope else 1
            edits = (Edit(start, end, mistyped),)
            yield Site(edits, start, scope.symbol, mistyped, rank, {"meant": name})


CASES = [
    Planted(
        "def total(prices):\n    return sum(prices)  # in cents\n",
        "def total(prices):\n    return sum(pices)  # in cents\n",
    ),
    Untouched("def add(a, b):\n    return a + b\n"),
    Untouched("prices = []\nprint(prices)\n"),
    Untouched("def show():\n    print(unknown_here)\n"),
]
