"""`removed_return`: the last `return` of a function is forgotten.

return self._load(path)  ->  self._load(path)
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.annotations import is_definite
from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import Scope

STUBS = frozenset({"overload", "abstractmethod", "typing.overload", "t.overload"})


class RemovedReturn(Defect):
    """The word before a call, or the whole line of a name; annotated functions come first."""

    name = "removed_return"
    summary = "the return at the end of a function is gone, so it gives None"
    reports: ClassVar[Reports] = {"typecheck": ("invalid-implicit-return",), "pytest_run": ()}
    messages = (
        "Drop the return at the end of {symbol}",
        "{symbol}: no longer return {name}",
        "Do not return {name} from {symbol}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:  # noqa: ARG002  no choice in a site
        """Functions whose last statement returns a call or a name."""
        generators = {id(found.scope) for found in code.all(cst.Yield)}
        for scope in code.functions():
            node = scope.node
            if not isinstance(node, cst.FunctionDef) or id(scope) in generators:
                continue
            if STUBS & set(scope.decorators):
                continue
            site = _site(code, scope, node)
            if site is not None:
                yield site


def _site(code: Code, scope: Scope, node: cst.FunctionDef) -> Site | None:
    last = _last_return(node)
    if last is None or last.value is None:
        return None
    start, end = code.span(last)
    value = code.span(last.value)
    is_annotated = node.returns is not None and is_definite(code, node.returns.annotation)
    at = code.span(node.returns.annotation)[0] if node.returns else start
    silent = frozenset() if is_annotated else frozenset({"typecheck"})
    if isinstance(last.value, cst.Call | cst.Await) and not last.value.lpar:
        name = code.source(last.value)
        edit = Edit(start, value[0], "")
    elif isinstance(last.value, cst.Name) and code.text[end:].startswith(("\n", "\r\n")):
        name = last.value.value
        if name not in scope.bound or _is_stub(node):
            return None
        edit = Edit(code.start_of_line(start), code.end_of_line(end), "")
    else:
        return None
    if not code.is_one_line(start, end):
        return None
    return Site((edit,), at, scope.symbol, name, len(silent), silent=silent)


def _last_return(node: cst.FunctionDef) -> cst.Return | None:
    """The return that is alone on the last line of a function's body."""
    last = node.body.body[-1] if node.body.body else None
    if not isinstance(last, cst.SimpleStatementLine) or len(last.body) != 1:
        return None
    statement = last.body[0]
    return statement if isinstance(statement, cst.Return) else None


def _is_stub(node: cst.FunctionDef) -> bool:
    """Whether nothing but a docstring is left of a function without its last statement."""
    rest = node.body.body[:-1]
    return not rest or (len(rest) == 1 and node.get_docstring() is not None)


CASES = [
    Planted(
        "def load(path: str) -> str:\n    text = read(path)\n    return text\n",
        "def load(path: str) -> str:\n    text = read(path)\n",
    ),
    Planted(
        "class Store:\n    def all(self) -> list[str]:\n        return list(self.rows)  # a copy\n",
        "class Store:\n    def all(self) -> list[str]:\n        list(self.rows)  # a copy\n",
    ),
    Untouched("def one() -> int:\n    return 1\n"),
    Untouched("def each(rows):\n    yield rows\n    return list(rows)\n"),
    Untouched("def find(rows):\n    for row in rows:\n        return str(row)\n"),
]
