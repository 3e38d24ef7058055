"""`none_comparison`: None is compared by value.

if timeout is None:  ->  if timeout == None:
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import name_of


class NoneComparison(Defect):
    """`is None` as someone writes it who comes from another language."""

    name = "none_comparison"
    summary = "None is compared with == or != and not with is"
    reports: ClassVar[Reports] = {"ruff_check": ("E711",)}
    messages = (
        "Compare {name} with None by {operator} in {symbol}",
        "{symbol}: check {name} {operator} None",
        "Write {name} {operator} None in {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Comparisons `is None` and `is not None` on one line."""
        for found in code.all(cst.Comparison):
            node = found.node
            if len(node.comparisons) != 1 or found.is_odd:
                continue
            target = node.comparisons[0]
            is_none = isinstance(target.comparator, cst.Name) and target.comparator.value == "None"
            if not is_none or not isinstance(target.operator, cst.Is | cst.IsNot):
                continue
            start, end = code.span(node.left)[1], code.span(target.comparator)[0]
            between = re.search(r"\bis\s+not\b|\bis\b", code.text[start:end])
            whole = code.span(node)
            if between is None or not code.is_one_line(*whole):
                continue
            operator = "==" if isinstance(target.operator, cst.Is) else "!="
            edit = Edit(start + between.start(), start + between.end(), operator)
            name = name_of(node.left) or code.source(node.left)
            yield Site((edit,), whole[0], found.scope.symbol, name, words={"operator": operator})


CASES = [
    Planted(
        "def wait(timeout=None):\n    if timeout is None:\n        return 5\n    return timeout\n",
        "def wait(timeout=None):\n    if timeout == None:\n        return 5\n    return timeout\n",
    ),
    Planted("found = (a or b)  is  not None\n", "found = (a or b)  != None\n"),
    Untouched("found = value is False or None is value\n"),
    Untouched("found = first is second is None\n"),
]
