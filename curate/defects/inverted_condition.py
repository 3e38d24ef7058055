"""`inverted_condition`: an `if` asks for the opposite.

if not self.events:  ->  if self.events:
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code

OPPOSITES: tuple[tuple[type[cst.BaseCompOp], str, str], ...] = (
    (cst.Is, r"\bis\b", "is not"),
    (cst.IsNot, r"\bis\s+not\b", "is"),
    (cst.In, r"\bin\b", "not in"),
    (cst.NotIn, r"\bnot\s+in\b", "in"),
    (cst.Equal, r"==", "!="),
    (cst.NotEqual, r"!=", "=="),
)
SIMPLE = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)
LONG = 40  # characters of a condition that no message should quote


class InvertedCondition(Defect):
    """The first condition of an `if` in a function; a test is what notices it."""

    name = "inverted_condition"
    summary = "the condition of an if is the opposite of what is meant"
    reports: ClassVar[Reports] = {"pytest_run": ()}
    messages = (
        "{symbol}: check {name}",
        "Turn the check in {symbol} around: if {name}",
        "Check for {name} in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Conditions on one line."""
        for found in code.all(cst.If):
            if found.is_odd or not found.scope.is_function:
                continue
            test = found.node.test
            whole = code.span(test)
            first = test
            while isinstance(first, cst.BooleanOperation) and not first.lpar:
                first = first.left
            edit = _inverted(code, first)
            if edit is None or not code.is_one_line(*whole) or _is_odd(code, test):
                continue
            before = code.text[whole[0] : edit.start]
            now = before + edit.text + code.text[edit.end : whole[1]]
            rank = (first is not test) + (len(now) > LONG)
            yield Site((edit,), whole[0], found.scope.symbol, now, rank)


def _inverted(code: Code, test: cst.BaseExpression) -> Edit | None:
    """The edit that turns a condition around; None for one that is not simple."""
    start, _ = code.span(test)
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        end = code.span(test.expression)[0]
        return None if test.expression.lpar else Edit(start, end, "")
    if isinstance(test, SIMPLE) and not test.lpar:
        return Edit(start, start, "not ")
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    target = test.comparisons[0]
    begin, end = code.span(test.left)[1], code.span(target.comparator)[0]
    for kind, pattern, opposite in OPPOSITES:
        match = re.search(pattern, code.text[begin:end])
        if isinstance(target.operator, kind) and match:
            return Edit(begin + match.start(), begin + match.end(), opposite)
    return None


def _is_odd(code: Code, test: cst.BaseExpression) -> bool:
    """Whether a condition is about the checker, the machine or the Python, not about values."""
    return bool(re.search(r"TYPE_CHECKING|version|platform|__name__|os\.name", code.source(test)))


CASES = [
    Planted(
        "def last(events):\n    if not events:\n        return None\n    return events[-1]\n",
        "def last(events):\n    if events:\n        return None\n    return events[-1]\n",
    ),
    Planted(
        "def find(key, table):\n    if key in table and table:\n        return table[key]\n",
        "def find(key, table):\n    if key not in table and table:\n        return table[key]\n",
    ),
    Planted(
        "class A:\n    def b(self):\n        if self.c:  # why\n            return 1\n",
        "class A:\n    def b(self):\n        if not self.c:  # why\n            return 1\n",
    ),
    Untouched("def f():\n    if TYPE_CHECKING:\n        import a\n"),
    Untouched("def f(a):\n    if 0 < a < 5:\n        return a\n"),
    Untouched("def f(a):\n    return 1 if a else 2\n"),
]
