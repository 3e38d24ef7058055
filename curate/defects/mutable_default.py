"""`mutable_default`: a parameter's default is one list or dictionary for all calls.

def lines(self, extra: list[str] | None = None)  ->  def lines(self, extra: list[str] | None = [])
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.annotations import parts
from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import Scope, name_of

EMPTY = {"list": "[]", "List": "[]", "dict": "{}", "Dict": "{}", "set": "set()", "Set": "set()"}
LIKE_A_DICT = ("kwargs", "options", "params", "headers", "attrs", "mapping", "config", "settings")
SINGULAR = ("ss", "us", "is", "as", "cls", "args", "has", "pos")


class MutableDefault(Defect):
    """An empty collection where None stood."""

    name = "mutable_default"
    summary = "a parameter defaults to a mutable object that all calls share"
    reports: ClassVar[Reports] = {"ruff_check": ("B006",)}
    messages = (
        "Default {name} of {symbol} to {planted}",
        "{symbol}: {name} is {planted} unless given",
        "Let {name} default to {planted} in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Parameters that default to None; those without a default where one may stand."""
        for scope in code.functions():
            for param in scope.params:
                name, given = param.name.value, param.annotation
                empty = _empty(name, given.annotation if given else None)
                if empty is None:
                    continue
                if param.default is not None:
                    place, text = code.span(param.default), empty
                    fits = name_of(param.default) == "None"
                else:
                    end = code.span(given.annotation)[1] if given else 0
                    place, text = (end, end), f" = {empty}"
                    fits = _may_have_default(code, scope, param)
                if fits:
                    rank = (given is None) + (param.default is None)
                    edits = (Edit(*place, text),)
                    words = {"planted": empty}
                    yield Site(edits, place[0], scope.symbol, name, rank, words)


def _empty(name: str, annotation: cst.BaseExpression | None) -> str | None:
    """The empty collection that a parameter may hold; None where it holds none, or may not."""
    if annotation is None:
        if name.endswith(LIKE_A_DICT):
            return "{}"
        return "[]" if name.endswith("s") and not name.endswith(SINGULAR) else None
    found = []
    for part in _members(annotation):
        base = part.value if isinstance(part, cst.Subscript) else part
        found.append((name_of(base) or "").rpartition(".")[2])
    return next((EMPTY[kind] for kind in found if kind in EMPTY), None)


def _may_have_default(code: Code, scope: Scope, param: cst.Param) -> bool:
    """Whether a parameter is annotated, positional, and no other without a default follows."""
    node = scope.node
    if not isinstance(node, cst.FunctionDef) or param.annotation is None:
        return False
    if scope.decorators or not code.is_one_line(*code.span(param.annotation.annotation)):
        return False
    required = [one for one in node.params.params if one.default is None]
    return bool(required) and required[-1] is param


def _members(annotation: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The members of a union, also of `Optional[X]` and `Union[X, Y]`."""
    if isinstance(annotation, cst.Subscript):
        name = (name_of(annotation.value) or "").rpartition(".")[2]
        if name in {"Optional", "Union"}:
            inside = [one.slice for one in annotation.slice]
            return [one.value for one in inside if isinstance(one, cst.Index)]
    return parts(annotation)


CASES = [
    Planted(
        "def ship(parcels: list[str] | None = None, /) -> None: ...\n",
        "def ship(parcels: list[str] | None = [], /) -> None: ...\n",
    ),
    Planted(
        "class A:\n    def b(self, c, *, options=None):\n        return c\n",
        "class A:\n    def b(self, c, *, options={}):\n        return c\n",
    ),
    Planted(
        "def ship(country: str, parcels: list[str]) -> None: ...\n",
        "def ship(country: str, parcels: list[str] = []) -> None: ...\n",
    ),
    Untouched("def ship(parcel: str | None = None) -> None: ...\n"),
    Untouched("def ship(parcels: tuple[str, ...] | None = None) -> None: ...\n"),
    Untouched("def ship(address=None): ...\n"),
]
