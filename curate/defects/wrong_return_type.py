"""`wrong_return_type`: a function returns what its annotation does not allow.

def names(self) -> list[str]: return list(self._names)  ->  return tuple(self._names)
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.annotations import is_definite, plain, without_none
from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import name_of
from curate.drawing import choose

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
OF_TEXT = frozenset({"join", "lower", "strip", "format", "replace"})
NARROWED = (
    "Annotate {symbol} as returning {name}",
    "{symbol}: narrow the return type to {name}",
    "{symbol} returns {name}",
)


class WrongReturnType(Defect):
    """Another built-in type than the one annotated, None for a literal, or None no longer said."""

    name = "wrong_return_type"
    summary = "a function returns a value of another type than its annotation says"
    reports: ClassVar[Reports] = {
        "typecheck": ("invalid-explicit-return", "invalid-implicit-return")
    }
    messages = (
        "Return {name} from {symbol}",
        "{symbol}: return {name}",
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
            kind = plain(annotation)
            other = _other(code, value, kind, seed) if kind else None
            if other is not None:
                yield Site((Edit(start, end, other),), start, scope.symbol, other)


def _other(code: Code, value: cst.BaseExpression, kind: str, seed: int) -> str | None:
    """What a hand returns instead of a value of this built-in type."""
    text = code.source(value)
    if isinstance(value, cst.Call):
        return _of_call(value, text, kind, seed)
    if isinstance(value, cst.Integer):
        return f'"{text}"' if kind in {"bool", "int"} else None
    if kind == "str":
        return _of_text(value, text)
    if kind == "bool":
        return _of_bool(value, text, seed)
    is_empty = isinstance(value, cst.List | cst.Dict) and not value.elements
    return "None" if is_empty and kind in {"list", "dict"} else None


def _of_call(value: cst.Call, text: str, kind: str, seed: int) -> str | None:
    """The call of another built-in type, or one more step behind a call whose type is known."""
    name, others = name_of(value.func), OTHER_CALLS.get(kind, ())
    if others and (name == kind or (name == "sorted" and kind == "list")):
        return choose(seed, "return", text, others) + text[len(name or "") :]
    if name == "len" and kind == "int":
        return f"str({text})"
    method = value.func.attr.value if isinstance(value.func, cst.Attribute) else ""
    return f"{text}.encode()" if kind == "str" and method in OF_TEXT else None


def _of_text(value: cst.BaseExpression, text: str) -> str | None:
    if isinstance(value, cst.FormattedString | cst.ConcatenatedString):
        return None if value.lpar else f"{text}.encode()"
    is_plain = isinstance(value, cst.SimpleString) and not text.startswith(("r", "b"))
    if not is_plain:
        return None
    return f"b{text}" if text.isascii() else "None"


def _of_bool(value: cst.BaseExpression, text: str, seed: int) -> str | None:
    if name_of(value) in {"True", "False"}:
        return choose(seed, "return", text, ("None", f'"{text.lower()}"', "0"))
    is_known = isinstance(value, cst.Comparison | cst.UnaryOperation)
    return f"str({text})" if is_known and not value.lpar else None


CASES = [
    Planted(
        "def names(rows) -> list[str]:\n    return sorted(rows)  # by name\n",
        "def names(rows) -> list[str]:\n    return tuple(rows)  # by name\n",
    ),
    Planted(
        "def first(rows) -> str | None:\n    if rows:\n        return rows[0]\n    return None\n",
        "def first(rows) -> str:\n    if rows:\n        return rows[0]\n    return None\n",
    ),
    Planted(
        'def label(code: int) -> str:\n    return f"P-{code}"\n',
        'def label(code: int) -> str:\n    return f"P-{code}".encode()\n',
    ),
    Untouched("def names(rows):\n    return sorted(rows)\n"),
    Untouched("def each(rows) -> list[str]:\n    yield 1\n    return []\n"),
    Untouched("def load(path: str) -> bytes:\n    return read(path)\n"),
]
