"""`wrong_return_type`: a function returns what its annotation does not allow.

def names(self) -> list[str]: return list(self._names)  ->  return tuple(self._names)
"""

from collections.abc import Iterator

import libcst as cst

from curate.defects.annotations import is_definite, plain, without_none
from curate.defects.base import Defect, Edit, Planted, Site, Untouched
from curate.defects.code import Code
from curate.defects.digest import choose
from curate.defects.scopes import name_of


OTHER_CALLS = {
    "list": ("tuple", "set"),
    "tuple": ("list",),
    "dict": ("list", "tuple"),
    "set": ("list", "tuple"),
    "frozenset": ("set", "list"),
    "sorted": ("tuple", "set"),
    "str": ("bytes",),
    "bool": ("str",),
    "int": ("str", "float"),
    "float": ("str",),
    "bytes": ("bytearray", "list"),
}
NARROWED = (
    "Annotate {symbol} as returning {name}",
    "{symbol}: narrow the return type to {name}",
    "{symbol} returns {name}",
)


class WrongReturnType(Defect):
    """Another built-in type than the one annotated, None for a literal, or None no longer said."""

    name = "wrong_return_type"
    summary = "a function returns a value of another type than its annotation says"
    reports = {"typecheck": ("invalid-explicit-return", "invalid-implicit-return")}
    messages = (
        "Return {name} from {symbol}",
        "{symbol}: give back {name}",
        "Let {symbol} return {name}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Returns of literals and calls of built-in types; None in functions that may give it."""
        generators = {id(found.scope) for found in code.all(cst.Yield)}
        for found in code.all(cst.Return):
            node, scope = found.node, found.scope
            function, value = scope.node, node.value
            if found.is_odd or not isinstance(function, cst.FunctionDef) or value is None:
                continue
            if id(scope) in generators or function.returns is None:
                continue
            annotation = function.returns.annotation
            start, end = code.span(value)
            if not code.is_one_line(start, end):
                continue
            rest = without_none(annotation)
            if rest is not None and name_of(value) == "None":
                place = code.span(annotation)
                if code.is_one_line(*place) and is_definite(code, rest):
                    now = code.source(rest)
                    edits, symbol = (Edit(*place, now),), scope.symbol
                    yield Site(edits, start, symbol, now, messages=NARROWED)
                continue
            other = _other(code, value, plain(annotation), seed)
            if other is not None:
                yield Site((Edit(start, end, other),), start, scope.symbol, other)


def _other(code: Code, value: cst.BaseExpression, kind: str | None, seed: int) -> str | None:
    """What a hand returns instead of a value of this built-in type."""
    if kind is None:
        return None
    text = code.source(value)
    if isinstance(value, cst.Call):
        name, others = name_of(value.func), OTHER_CALLS.get(kind, ())
        if name == kind or (name == "sorted" and kind == "list"):
            return choose(seed, "return", text, others) + text[len(name or "") :]
        if name == "len" and kind == "int" and len(value.args) == 1:
            return f"str({text})"
        is_join = kind == "str" and isinstance(value.func, cst.Attribute)
        if is_join and value.func.attr.value in {"join", "lower", "strip", "format", "replace"}:
            return f"{text}.encode()"
        return None
    if isinstance(value, cst.FormattedString | cst.ConcatenatedString) and kind == "str":
        return None if value.lpar else f"{text}.encode()"
    if isinstance(value, cst.SimpleString) and kind == "str" and not text.startswith(("r", "b")):
        return f"b{text}" if text.isascii() else "None"
    if kind == "bool" and name_of(value) in {"True", "False"}:
        return choose(seed, "return", text, ("None", f'"{text.lower()}"', "0"))
    if kind in {"bool", "int", "str"} and isinstance(value, cst.Integer):
        return f'"{text}"'
    if kind == "bool" and isinstance(value, cst.Comparison | cst.UnaryOperation) and not value.lpar:
        return f"str({text})"
    is_empty = isinstance(value, cst.List | cst.Dict) and not value.elements
    return "None" if is_empty and kind in {"list", "dict"} else None


CASES = [
    Planted(
        "def names(rows) -> list[str]:\n    return sorted(rows)  # by name\n",
        "def names(rows) -> list[str]:\n    return tuple(rows)  # by name\n",
    ),
    Planted(
        "def find(rows) -> str | None:\n    for row in rows:\n        return row\n    return None\n",
        "def find(rows) -> str:\n    for row in rows:\n        return row\n    return None\n",
    ),
    Planted(
        'def label(code: int) -> str:\n    return f"P-{code}"\n',
        'def label(code: int) -> str:\n    return f"P-{code}".encode()\n',
    ),
    Untouched("def names(rows):\n    return sorted(rows)\n"),
    Untouched("def each(rows) -> list[str]:\n    yield 1\n    return []\n"),
    Untouched("def load(path: str) -> bytes:\n    return read(path)\n"),
]
