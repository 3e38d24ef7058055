"""Calls of functions and methods of the same file, each argument with the parameter it goes to."""

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from curate.defects.code import Code, Found
from curate.defects.members import is_closed
from curate.defects.scopes import Scope, name_of
from curate.defects.words import names

HARMLESS = names("staticmethod classmethod override typing.override t.override deprecated")
"""Decorators that leave the parameters as they are."""


class Passed(NamedTuple):
    """An argument of a call and its parameter."""

    arg: cst.Arg
    param: cst.Param
    position: int


class LocalCall(NamedTuple):
    """A call whose function stands in the same file; `callee` is as written."""

    found: Found[cst.Call]
    callee: str
    passed: tuple[Passed, ...]


def local_calls(code: Code) -> Iterator[LocalCall]:
    """Every call of a function, class or method of `self` of this file that names alone resolve."""
    functions = [scope for scope in code.functions() if not scope.owner]
    top = {scope.name: scope for scope in functions if scope.parent is code.top}
    counts = [scope.name for scope in code.scopes]
    once = {name for name in counts if counts.count(name) == 1}
    initials = {
        scope.name: _method(code, scope, "__init__")
        for scope in code.classes()
        if scope.parent is code.top and not scope.decorators and is_closed(code, scope)
    }
    for found in code.all(cst.Call):
        if found.is_odd or not found.scope.is_function:
            continue
        callee = name_of(found.node.func) or ""
        before, _, last = callee.rpartition(".")
        scope, skipped = None, 0
        if not before and callee in once and code.binds(callee, found.scope) is code.top:
            skipped = callee in initials
            scope = initials.get(callee) or top.get(callee)
        elif before and before == found.scope.self_name and found.scope.owner is not None:
            scope = _method(code, found.scope.owner, last)
            skipped = scope is not None and "staticmethod" not in scope.decorators
        if scope is not None and scope.name in once and HARMLESS.issuperset(scope.decorators):
            passed = _passed(found.node, scope, int(skipped))
            if passed is not None:
                yield LocalCall(found, callee, passed)


def _method(code: Code, owner: Scope, name: str) -> Scope | None:
    """The method that a class itself defines."""
    wanted = f"{owner.name}.{name}"
    return next((scope for scope in code.functions() if scope.name == wanted), None)


def _passed(call: cst.Call, scope: Scope, skipped: int) -> tuple[Passed, ...] | None:
    """Each argument with its parameter; None where stars or too many of them hide it."""
    node = scope.node
    if not isinstance(node, cst.FunctionDef) or any(arg.star for arg in call.args):
        return None
    given = node.params
    in_order = [*given.posonly_params, *given.params][skipped:]
    by_name = {param.name.value: param for param in (*given.params, *given.kwonly_params)}
    passed = []
    for position, arg in enumerate(call.args):
        if arg.keyword is not None:
            param = by_name.get(arg.keyword.value)
        else:
            param = in_order[position] if position < len(in_order) else None
        if param is None:
            return None
        passed.append(Passed(arg, param, position))
    return tuple(passed)
