"""`unused_variable`: a result is kept and never read.

self.flush()  ->  result = self.flush()
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import Scope, name_of
from curate.defects.words import names
from curate.drawing import choose

KEPT = ("result", "outcome", "response", "status", "value", "ret", "returned")
CAUGHT = ("error", "exc", "err", "exception")
DYNAMIC = frozenset({"locals", "exec", "eval", "vars"})
GIVE_NOTHING = names(
    "append extend add update clear sort insert remove discard setattr delattr print echo fail "
    "warn debug info warning error exception setdefault write_line"
)
"""Calls whose result nobody would think of keeping."""


class UnusedVariable(Defect):
    """The result of a call that stood alone, or an exception that is caught."""

    name = "unused_variable"
    summary = "a local variable is assigned and never used"
    reports: ClassVar[Reports] = {"ruff_check": ("F841",)}
    messages = (
        "Keep {name} in {symbol}",
        "{symbol}: store {what} as {name}",
        "Save {what} in {name}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Calls that are statements, and handlers that name no exception, in functions."""
        dynamic = {id(f.scope) for f in code.all(cst.Call) if name_of(f.node.func) in DYNAMIC}
        for found in code.all(cst.Expr, cst.ExceptHandler):
            node, scope = found.node, found.scope
            if found.is_odd or not scope.is_function or id(scope) in dynamic:
                continue
            site = (
                _of_call(code, node, scope, seed)
                if isinstance(node, cst.Expr)
                else _of_handler(code, node, scope, seed)
            )
            if site is not None:
                yield site


def _of_call(code: Code, node: cst.Expr, scope: Scope, seed: int) -> Site | None:
    value = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if not isinstance(value, cst.Call) or node.value.lpar:
        return None
    what = name_of(value.func)
    start, end = code.span(node.value)
    if what is None or not code.is_one_line(start, end):
        return None
    name = _unused(code, KEPT, seed, what)
    if name is None:
        return None
    return Site(
        (Edit(start, start, f"{name} = "),),
        start,
        scope.symbol,
        name,
        rank=int(what.rpartition(".")[2] in GIVE_NOTHING or what.startswith("super")),
        words={"what": f"what {what} returns"},
    )


def _of_handler(code: Code, node: cst.ExceptHandler, scope: Scope, seed: int) -> Site | None:
    if node.name is not None or node.type is None:
        return None
    start, end = code.span(node.type)
    what = name_of(node.type)
    name = what and _unused(code, CAUGHT, seed, what)
    if not name or code.text[end : end + 1] != ":":
        return None
    words = {"what": f"the {what}"}
    return Site((Edit(end, end, f" as {name}"),), start, scope.symbol, name, words=words)


def _unused(code: Code, names: tuple[str, ...], seed: int, key: str) -> str | None:
    """A name that the file does not use yet."""
    fresh = [name for name in names if name not in code.words]
    return choose(seed, "variable", key, fresh) if fresh else None


CASES = [
    Planted(
        "def close(store):\n    # last\n    store.flush()\n",
        "def close(store):\n    # last\n    result = store.flush()\n",
    ),
    Planted(
        "def number(text):\n    try:\n        return int(text)\n    except ValueError:\n"
        "        return None\n",
        "def number(text):\n    try:\n        return int(text)\n    except ValueError as err:\n"
        "        return None\n",
    ),
    Untouched("store.flush()\n"),
    Untouched("def f():\n    g()\n    print(locals())\n"),
    Untouched("def f(x):\n    x.y = 1\n    return x\n"),
]
