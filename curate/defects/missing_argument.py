"""`missing_argument`: a call leaves out an argument that has no default.

self._read(path, encoding)  ->  self._read(path)
"""

from collections.abc import Iterator
from typing import ClassVar

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.calls import LocalCall, local_calls
from curate.defects.code import Code


class MissingArgument(Defect):
    """The last positional argument, or one by keyword, of a function of the same file."""

    name = "missing_argument"
    summary = "a call leaves out an argument that the function requires"
    reports: ClassVar[Reports] = {"typecheck": ("missing-argument",), "pytest_run": ()}
    messages = (
        "Call {callee} without {name} in {symbol}",
        "{symbol}: call {callee} without {name}",
        "Stop passing {name} to {callee} in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Calls on one line that pass a required argument that can go without moving others."""
        for call in local_calls(code):
            node, scope = call.found.node, call.found.scope
            start, end = code.span(node)
            edit_and_name = _without_one(code, call)
            if edit_and_name is None or not code.is_one_line(start, end):
                continue
            edit, name = edit_and_name
            yield Site((edit,), start, scope.symbol, name, words={"callee": call.callee})


def _without_one(code: Code, call: LocalCall) -> tuple[Edit, str] | None:
    """The edit that drops the last required argument, and its parameter's name."""
    for arg, param, position in reversed(call.passed):
        is_last = position == len(call.passed) - 1
        if param.default is not None or (arg.keyword is None and not is_last):
            continue
        start = code.start_of(arg)
        if position:  # with the comma before it
            start = code.end_of(call.passed[position - 1].arg)
            return Edit(start, code.end_of(arg), ""), param.name.value
        if is_last:
            return Edit(start, code.end_of(arg), ""), param.name.value
        return Edit(start, code.start_of(call.passed[1].arg), ""), param.name.value
    return None


CASES = [
    Planted(
        "def line(name, price):\n    return name, price\n\n\ndef bill(rows):\n"
        "    return [line(row.name, (row.price)) for row in rows]\n",
        "def line(name, price):\n    return name, price\n\n\ndef bill(rows):\n"
        "    return [line(row.name) for row in rows]\n",
    ),
    Planted(
        "class A:\n    def b(self, c, *, d, e=1):\n        return c\n\n"
        "    def f(self):\n        return self.b(1, d=2, e=3)\n",
        "class A:\n    def b(self, c, *, d, e=1):\n        return c\n\n"
        "    def f(self):\n        return self.b(1, e=3)\n",
    ),
    Untouched("def a(b=1):\n    return b\n\n\ndef c():\n    return a(2)\n"),
    Untouched("def a(b):\n    return b\n\n\ndef c(d):\n    return a(*d)\n"),
    Untouched("@wrap\ndef a(b):\n    return b\n\n\ndef c(d):\n    return a(d)\n"),
]
