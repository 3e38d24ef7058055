"""Scopes of a file, the names that they bind, and what imports bind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from curate.defects.words import STDLIB
from curate.facts.cst_nodes import dotted

ALIASES_OF_ANYTHING = frozenset({"Any", "TypeVar", "ParamSpec", "Self", "Generic", "Protocol"})
"""What modules of types bring that is not one type."""


@dataclass(eq=False)
class Scope:
    """A module, class or function: `name` is its qualified name, empty for the module."""

    node: cst.CSTNode
    parent: "Scope | None"
    name: str
    bound: set[str] = field(default_factory=set)

    def inside(self, name: str) -> str:
        """The qualified name of a definition in this scope, as `__qualname__` has it."""
        if not self.name:
            return name
        is_function = isinstance(self.node, cst.FunctionDef)
        return f"{self.name}.<locals>.{name}" if is_function else f"{self.name}.{name}"

    @property
    def symbol(self) -> str | None:
        """The qualified name, None for the module."""
        return self.name or None

    @property
    def is_function(self) -> bool:
        """Whether it is a function or method."""
        return isinstance(self.node, cst.FunctionDef)

    @property
    def owner(self) -> "Scope | None":
        """The class that a method stands in."""
        parent = self.parent
        is_class = parent is not None and isinstance(parent.node, cst.ClassDef)
        return parent if is_class else None

    @cached_property
    def decorators(self) -> tuple[str, ...]:
        """The dotted names of its decorators, empty for other expressions."""
        node = self.node
        if not isinstance(node, cst.FunctionDef | cst.ClassDef):
            return ()
        return tuple(name_of(_called(one.decorator)) or "" for one in node.decorators)

    @cached_property
    def params(self) -> tuple[cst.Param, ...]:
        """The parameters in their order, with `*args` and `**kwargs`."""
        node = self.node
        if not isinstance(node, cst.FunctionDef):
            return ()
        given = node.params
        star = (given.star_arg,) if isinstance(given.star_arg, cst.Param) else ()
        last = (given.star_kwarg,) if given.star_kwarg else ()
        return (*given.posonly_params, *given.params, *star, *given.kwonly_params, *last)

    @cached_property
    def self_name(self) -> str | None:
        """What a method calls its instance; None for a function, static or class method."""
        if self.owner is None or {"staticmethod", "classmethod"} & set(self.decorators):
            return None
        return self.params[0].name.value if self.params else None


@dataclass(frozen=True, eq=False)
class Imported:
    """One name that an import binds: `module` with leading dots, `name` None for a module."""

    module: str
    name: str | None
    bound: str
    scope: Scope
    node: cst.CSTNode

    def is_known(self, packages: frozenset[str]) -> bool:
        """Whether a checker that has no third-party package finds it, and finds a definite type."""
        root = self.module.lstrip(".").partition(".")[0]
        is_there = self.module.startswith(".") or root in packages or root in STDLIB
        return is_there and (self.name or "") not in ALIASES_OF_ANYTHING


def imported(node: "cst.Import | cst.ImportFrom", scope: Scope) -> Iterator[Imported]:
    """What an import statement binds; a star binds nothing that is known here."""
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        name = name_of(alias.name) or ""
        given = alias.asname.name if alias.asname else None
        bound = given.value if isinstance(given, cst.Name) else name.partition(".")[0]
        if isinstance(node, cst.ImportFrom):
            module = "." * len(node.relative) + (name_of(node.module) or "")
            yield Imported(module, name, bound, scope, node)
        else:
            yield Imported(name, None, bound, scope, node)


def name_of(node: cst.CSTNode | None) -> str | None:
    """`a.b.c` for a name and attributes; None for any other expression."""
    return None if node is None else dotted(node)


def targets(node: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that an assignment to this expression binds."""
    if isinstance(node, cst.Name):
        yield node
    elif isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from targets(element.value)


def attributes(node: cst.CSTNode) -> Iterator[cst.Attribute]:
    """The attributes that an assignment to this expression sets."""
    if isinstance(node, cst.Attribute):
        yield node
    elif isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from attributes(element.value)


def _called(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.func if isinstance(node, cst.Call) else node
