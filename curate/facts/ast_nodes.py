"""What single nodes of `ast` say: names, headers, docstrings and where calls may stand."""

import ast
from collections.abc import Iterator
from typing import Any

from curate.facts.source_text import clean_docstring

_NEVER_HOLD_A_CALL = (
    "arg asname attr conversion ctx id is_async kind kwd_attrs level module name names op ops rest "
    "simple tag type_comment type_ignores"
)
_LEAVES = frozenset({ast.Constant, ast.MatchSingleton, ast.Global, ast.Nonlocal})


class _Children(dict[type, tuple[str, ...]]):
    """The fields of a kind of node in which a call may stand; kinds of later Pythons too."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        skipped = _NEVER_HOLD_A_CALL.split()
        if issubclass(kind, ast.AST) and kind not in _LEAVES:
            names = tuple(name for name in kind._fields if name not in skipped)
        self[kind] = names
        return names


CHILDREN = _Children()
DefinitionNode = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = frozenset(DefinitionNode.__args__)


def around_body(node: DefinitionNode) -> list[ast.AST | None]:
    """What stands around a definition's body and runs in the scope outside."""
    parameters: list[ast.AST] = getattr(node, "type_params", [])
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *parameters, *node.bases, *node.keywords]
    return [*node.decorator_list, *parameters, node.args, node.returns]


def header_ends(node: DefinitionNode) -> Iterator[tuple[int, int]]:
    """Where the expressions of a header end, decorators left out; the last one counts."""
    found: list[Any]
    if isinstance(node, ast.ClassDef):
        found = [*node.bases, *(keyword.value for keyword in node.keywords)]
    elif node.returns is not None:
        found = [node.returns]
    else:
        args = node.args
        found = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        found += [*args.defaults, *args.kw_defaults]
    for part in (*getattr(node, "type_params", ()), *found):
        if part is not None:
            yield part.end_lineno, part.end_col_offset


def docstring_of(body: list[ast.stmt]) -> tuple[str | None, int | None, int | None]:
    """The docstring's value and its first and last line."""
    match body:
        case [ast.Expr(value=ast.Constant(value=str(value)) as node), *_]:
            return clean_docstring(value), node.lineno, node.end_lineno
    return None, None, None


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of a name and attributes; None for any other expression."""
    if node.__class__ is ast.Name:
        return node.id
    parts = []
    while node.__class__ is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if node.__class__ is not ast.Name:
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def base_name(node: ast.expr) -> str | None:
    """The dotted name of a base without its subscripts."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return dotted(node)


def type_checking_branch(node: ast.If) -> str | None:
    """Which branch of an `if` only a type checker reads: `body`, `orelse` or none."""
    test, branch = node.test, "body"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, branch = test.operand, "orelse"
    if isinstance(test, ast.Name | ast.Attribute):
        name = dotted(test)
        if name is not None and name.rpartition(".")[2] == "TYPE_CHECKING":
            return branch
    return None
