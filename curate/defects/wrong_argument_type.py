"""`wrong_argument_type`: a call passes a value of another type than the parameter's.

normalize(text)  ->  normalize([text])
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.annotations import plain
from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.calls import local_calls
from curate.defects.code import Code
from curate.defects.scopes import name_of
from curate.drawing import choose

WRAPPED = {
    "str": ("[{0}]", "({0},)"),
    "int": ("str({0})", "[{0}]"),
    "float": ("str({0})",),
    "bytes": ("[{0}]", "str({0})"),
    "bool": ("str({0})", "[{0}]"),
    "list": ("set({0})", "tuple({0})"),
    "tuple": ("list({0})", "set({0})"),
    "set": ("list({0})", "tuple({0})"),
    "frozenset": ("list({0})", "set({0})"),
    "dict": ("list({0})", "[{0}]"),
}


class WrongArgumentType(Defect):
    """Wrapped, converted or quoted where the function of the same file wants the plain value."""

    name = "wrong_argument_type"
    summary = "a call passes a value of another type than the parameter is annotated with"
    reports: ClassVar[Reports] = {"typecheck": ("invalid-argument-type",)}
    messages = (
        "Pass {planted} to {callee} in {symbol}",
        "{symbol}: call {callee} with {planted}",
        "Give {callee} {planted} as {name} in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Arguments on one line whose parameter is annotated with a built-in type."""
        for call in local_calls(code):
            for arg, param, _ in call.passed:
                kind = plain(param.annotation.annotation if param.annotation else None)
                start, end = code.span(arg.value)
                if kind not in WRAPPED or arg.value.lpar or not code.is_one_line(start, end):
                    continue
                planted = _other(code, arg.value, kind, seed)
                words = {"callee": call.callee, "planted": planted}
                name, symbol = param.name.value, call.found.scope.symbol
                yield Site((Edit(start, end, planted),), start, symbol, name, words=words)


def _other(code: Code, value: cst.BaseExpression, kind: str, seed: int) -> str:
    """The argument as a value of another type."""
    text = code.source(value)
    if isinstance(value, cst.SimpleString) and kind == "str" and not text.startswith(("r", "b")):
        return f"b{text}" if text.isascii() else f"[{text}]"
    if isinstance(value, cst.Integer | cst.Float) and kind in {"int", "float"}:
        return f'"{text}"'
    if kind == "bool" and name_of(value) in {"True", "False"}:
        return f'"{text.lower()}"'
    return choose(seed, "argument", text, WRAPPED[kind]).format(text)


CASES = [
    Planted(
        "def pad(text: str, width: int):\n    return text\n\n\ndef f():\n    pad(g(), 8)\n",
        'def pad(text: str, width: int):\n    return text\n\n\ndef f():\n    pad(g(), "8")\n',
    ),
    Planted(
        "class A:\n    def b(self, rows: list[str]) -> None: ...\n\n"
        "    def c(self, rows):\n        self.b(rows=rows)  # all\n",
        "class A:\n    def b(self, rows: list[str]) -> None: ...\n\n"
        "    def c(self, rows):\n        self.b(rows=tuple(rows))  # all\n",
    ),
    Untouched("def pad(text, width):\n    return text\n\n\ndef f():\n    pad(1, 8)\n"),
    Untouched("def pad(text: str | int):\n    return text\n\n\ndef f():\n    pad(8)\n"),
    Untouched("def f():\n    pad(8)\n"),
]
