"""Which functions a snippet calls that it does not define, and what it reads of their results.

    result = typecheck("src/")
    for error in result.errors[:5]:
        print(error.line)

    CodeCall("typecheck", {"0": "src/"}, ["errors", "errors.line"])

One walk over the tree in source order. A name stands for the results that it was last bound to;
elements of a list count as the list. Branches are walked one after the other, a function's body
where it is defined. Nothing is run.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from curate.datasets.code_values import CodeCall, Origins, Values


class Flow(Values):
    """The walk over one snippet."""

    def calls(self, tree: ast.Module) -> list[CodeCall]:
        """The calls in source order, as far as they are of names that the snippet never binds."""
        for statement in tree.body:
            self.see(statement)
        return [call for call in self.found if call.tool not in self.bound]

    def _assign(self, node: ast.Assign) -> Origins:
        value = node.value
        parts = _parts(value)
        if parts and all(_is_as_long(target, parts) for target in node.targets):
            each = [self.see(part) for part in parts]
            for target in node.targets:
                for inner, origins in zip(_parts(target) or (), each, strict=True):
                    self.bind(inner, origins)
            return ()
        origins = self.see(value)
        for target in node.targets:
            self.bind(target, origins)
        return ()

    def _if(self, node: Any) -> Origins:
        """`if` and `while`."""
        self.see(node.test)
        for statement in node.body:
            self.see(statement)
        for statement in node.orelse:
            self.see(statement)
        return ()

    def _for(self, node: Any) -> Origins:
        self.bind(node.target, self.see(node.iter))
        self.see_all((*node.body, *node.orelse))
        return ()

    def _with(self, node: Any) -> Origins:
        for item in node.items:
            self.bind(item.optional_vars, self.see(item.context_expr))
        self.see_all(node.body)
        return ()

    def _function(self, node: Any) -> Origins:
        self.see_all((*node.decorator_list, *node.args.defaults, *node.args.kw_defaults))
        self.bound.add(node.name)
        self.bind_parameters(node.args, ())
        self.see_all(node.body)
        return ()

    def _class(self, node: ast.ClassDef) -> Origins:
        self.bound.add(node.name)
        self.see_all((*node.decorator_list, *node.bases, *node.keywords, *node.body))
        return ()

    def _import(self, node: ast.Import | ast.ImportFrom) -> Origins:
        self.bound.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        return ()

    def _handler(self, node: ast.ExceptHandler) -> Origins:
        if node.type is not None:
            self.see(node.type)
        if node.name:
            self.bound.add(node.name)
            self.known.pop(node.name, None)
        self.see_all(node.body)
        return ()

    HANDLERS: ClassVar[dict[type[ast.AST], Callable[[Any, Any], Origins]]] = {
        **Values.HANDLERS,
        ast.Expr: Values.value_of,
        ast.Assign: _assign,
        ast.AnnAssign: Values.assign_one,
        ast.AugAssign: Values.assign_one,
        ast.If: _if,
        ast.While: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Import: _import,
        ast.ImportFrom: _import,
        ast.ExceptHandler: _handler,
    }


def _parts(node: ast.expr) -> Sequence[ast.expr] | None:
    """The values that stand side by side: of a tuple, a list, `await gather(a(), b())`."""
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    if isinstance(node, ast.Await):
        return _parts(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.args if node.func.attr == "gather" and not node.keywords else None
    return None


def _is_as_long(target: ast.expr, parts: Sequence[ast.expr]) -> bool:
    targets = _parts(target) if isinstance(target, ast.Tuple | ast.List) else None
    if targets is None or len(targets) != len(parts):
        return False
    return not any(isinstance(part, ast.Starred) for part in (*targets, *parts))
