"""`off_by_one`: a bound, an index or a count is one too many or too few.

while position < len(text):  ->  while position <= len(text):
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code, Found
from curate.defects.scopes import name_of

STRICTER = (
    (cst.LessThan, "<", "<="),
    (cst.GreaterThan, ">", ">="),
    (cst.LessThanEqual, "<=", "<"),
    (cst.GreaterThanEqual, ">=", ">"),
)
MOVED = {"0": "1", "1": "2", "2": "1", "3": "2"}  # an index, as it is miscounted
LONG = 40  # characters of an expression that no message should quote


class OffByOne(Defect):
    """The bound of a comparison, slice or range, an index, or a + 1 that is forgotten."""

    name = "off_by_one"
    summary = "a bound, index or count is off by one"
    reports: ClassVar[Reports] = {"pytest_run": ()}
    messages = (
        "Adjust the bounds in {symbol}: {name}",
        "{symbol}: use {name}",
        "Correct the count in {symbol} to {name}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Comparisons of sizes, sums with 1, indices and slices on one line, in functions."""
        for found in code.all(cst.Comparison, cst.BinaryOperation, cst.Subscript):
            if found.is_odd or not found.scope.is_function:
                continue
            edit = _edit(code, found)
            whole = code.span(found.node)
            if edit is None or not code.is_one_line(*whole):
                continue
            now = code.text[whole[0] : edit.start] + edit.text + code.text[edit.end : whole[1]]
            rank = (len(now) > LONG) + isinstance(found.node, cst.Subscript)
            yield Site((edit,), whole[0], found.scope.symbol, now, rank)


def _edit(code: Code, found: Found[cst.CSTNode]) -> Edit | None:
    node = found.node
    if isinstance(node, cst.Comparison):
        return _comparison(code, node)
    if isinstance(node, cst.BinaryOperation):
        return _sum(code, node)
    return _index(code, node) if isinstance(node, cst.Subscript) else None


def _comparison(code: Code, node: cst.Comparison) -> Edit | None:
    """`<` as `<=` and so on, where sizes are compared."""
    if len(node.comparisons) != 1:
        return None
    target = node.comparisons[0]
    sides = (node.left, target.comparator)
    if not any(isinstance(side, cst.Integer) or _is_count(side) for side in sides):
        return None
    start, end = code.span(node.left)[1], code.span(target.comparator)[0]
    between = code.text[start:end]
    for kind, operator, other in STRICTER:
        if isinstance(target.operator, kind):
            at = start + between.index(operator)
            return Edit(at, at + len(operator), other)
    return None


def _is_count(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and name_of(node.func) == "len"


def _sum(code: Code, node: cst.BinaryOperation) -> Edit | None:
    """`x + 1` and `x - 1` as `x`."""
    is_one = isinstance(node.right, cst.Integer) and node.right.value == "1"
    if not is_one or not isinstance(node.operator, cst.Add | cst.Subtract) or node.left.rpar:
        return None
    return None if node.right.lpar else Edit(code.span(node.left)[1], code.span(node)[1], "")


def _index(code: Code, node: cst.Subscript) -> Edit | None:
    """`[0]` as `[1]`, `[1:]` as `[2:]`."""
    if len(node.slice) != 1:
        return None
    inside = node.slice[0].slice
    number = inside.lower if isinstance(inside, cst.Slice) else None
    if isinstance(inside, cst.Slice) and number is None:
        number = inside.upper
    if isinstance(inside, cst.Index) and inside.star is None:
        number = inside.value
    if isinstance(number, cst.UnaryOperation):  # the same number from the end
        number = number.expression
    if not isinstance(number, cst.Integer) or number.value not in MOVED:
        return None
    start, end = code.span(number)
    if re.search(r"version|Literal|Annotated", code.source(node.value)):
        return None
    other = MOVED[number.value]
    is_last = code.text[start - 1] == "-" and number.value == "1"
    return Edit(start, end, "2" if is_last else other)


CASES = [
    Planted(
        "def fits(items, limit):\n    return len(items) < limit\n",
        "def fits(items, limit):\n    return len(items) <= limit\n",
    ),
    Planted(
        "def after(text, at):\n    return text[at + 1 :]\n",
        "def after(text, at):\n    return text[at :]\n",
    ),
    Planted(
        "def last(events):\n    return events[-1]\n",
        "def last(events):\n    return events[-2]\n",
    ),
    Untouched("import sys\n\n\ndef f():\n    return sys.version_info[0]\n"),
    Untouched("def f(a, b):\n    return a < b\n"),
    Untouched("LIMIT = 3 + 1\n"),
]
