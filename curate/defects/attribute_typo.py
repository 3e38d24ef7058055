"""`attribute_typo`: an attribute is mistyped where it is read.

return self.events[-1]  ->  return self.evnets[-1]
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code, Found
from curate.defects.members import is_closed, members
from curate.defects.scopes import Scope
from curate.defects.words import STDLIB, typo


class AttributeTypo(Defect):
    """An attribute of `self`, in a class whose attributes all stand in its file, or of a module."""

    name = "attribute_typo"
    summary = "an attribute is mistyped where it is read, so the object has none of that name"
    reports: ClassVar[Reports] = {
        "typecheck": ("missing-attribute", "unresolved-attribute"),
        "pytest_run": (),
    }
    messages = (
        "Read {whole} in {symbol}",
        "{symbol}: use {whole}",
        "Use {whole} in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Reads of attributes on one line."""
        known = {scope.name: members(code, scope) for scope in code.classes()}
        for found in code.all(cst.Attribute):
            scope, node = found.scope, found.node
            start, end = code.span(node)
            rank = _rank(code, found, known)
            if rank is None or not code.is_one_line(start, end):
                continue
            meant = node.attr.value
            if meant.startswith("__"):
                continue
            mistyped = typo(meant, code.words, seed)
            if mistyped is None:
                continue
            whole = code.text[start:end].removesuffix(meant)
            words = {"meant": whole + meant, "whole": whole + mistyped}
            edits = (Edit(end - len(meant), end, mistyped),)
            yield Site(edits, start, scope.symbol, mistyped, rank, words)


def _rank(code: Code, found: Found[cst.Attribute], known: dict[str, frozenset[str]]) -> int | None:
    """0 for an attribute of self, 1 for one of a module, None for any other, and for a write."""
    node, scope = found.node, found.scope
    if found.is_odd or not scope.is_function or not isinstance(node.value, cst.Name):
        return None
    if id(node) in code.written:
        return None
    name, owner = node.value.value, scope.owner
    if owner is not None and name == scope.self_name:
        is_there = node.attr.value in known[owner.name] and is_closed(code, owner)
        return 0 if is_there else None
    return 1 if _is_module(code, name, scope) else None


def _is_module(code: Code, name: str, scope: Scope) -> bool:
    if code.binds(name, scope) is not code.top:
        return False
    found = [one for one in code.imports if one.bound == name and not one.scope.name]
    return bool(found) and all(one.name is None and one.module in STDLIB for one in found)


CASES = [
    Planted(
        "class Parcel:\n"
        "    def __init__(self, weight):\n"
        "        self.weight = weight\n"
        "\n"
        "    def is_heavy(self):\n"
        "        return self.weight > 15_000\n",
        "class Parcel:\n"
        "    def __init__(self, weight):\n"
        "        self.weight = weight\n"
        "\n"
        "    def is_heavy(self):\n"
        "        return self.weigth > 15_000\n",
    ),
    Planted(
        "import json\r\n\r\ndef load(text):\r\n    return json.loads(text)\r\n",
        "import json\r\n\r\ndef load(text):\r\n    return json.loasd(text)\r\n",
    ),
    Untouched(
        "class Anything:\n"
        "    def __getattr__(self, name):\n"
        "        return name\n"
        "\n"
        "    def show(self):\n"
        "        return self.show\n"
    ),
    Untouched("import numpy\n\ndef zero():\n    return numpy.zeros(3)\n"),
    Untouched("import json as j\n\ndef dump():\n    j.a = 1\n"),
]
