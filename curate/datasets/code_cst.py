"""Snippets whose syntax is newer than the running Python: read by libcst, walked as `ast` is.

A libcst tree becomes the nodes of `ast` that `Flow` knows; another node becomes a plain container
of what stands in it. So there is one walk, and the tests compare what it finds in both trees.
"""

import ast
from collections.abc import Callable
from typing import Any, ClassVar

import libcst as cst

from curate.datasets.code import CodeRead, is_plain
from curate.datasets.code_cst_values import Values
from curate.datasets.code_flow import Flow
from curate.facts.depth import is_too_deep


def read_newer_code(code: str) -> CodeRead | None:
    """The calls of a snippet, or None where libcst cannot read it either."""
    if is_too_deep(code):
        return None
    try:
        module = cst.parse_module(code)
        translated = Translation(module)
        tree = translated.module(module)
        calls = tuple(Flow(translated.source).calls(tree))
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, ValueError, SyntaxError):
        return None
    return CodeRead(calls, is_plain(tree), None)


class Translation(Values):
    """A whole libcst tree in the nodes of `ast`."""

    def module(self, module: cst.Module) -> ast.Module:
        """The whole tree."""
        return ast.Module(body=self._body(module), type_ignores=[])

    def _body(self, node: Any) -> list[ast.stmt]:
        statements: list[ast.stmt] = []
        for statement in node.body:
            if isinstance(statement, cst.SimpleStatementLine | cst.SimpleStatementSuite):
                statements.extend(self._statement(small) for small in statement.body)
            else:
                statements.append(self._statement(statement))
        return statements

    def _statement(self, node: cst.CSTNode) -> ast.stmt:
        translate = self.STATEMENTS.get(type(node))
        return translate(self, node) if translate else self._held(node)

    def _held(self, node: cst.CSTNode) -> ast.stmt:
        """Another statement as `if` of its expressions around its blocks."""
        tests: list[ast.expr] = []
        body: list[ast.stmt] = []
        for child in node.children:
            match child:
                case cst.IndentedBlock() | cst.SimpleStatementSuite():
                    body.extend(self._body(child))
                case cst.BaseExpression():
                    tests.append(self.expression(child))
                case cst.BaseCompoundStatement() | cst.BaseSmallStatement() | cst.ExceptHandler():
                    body.append(self._statement(child))
                case _:
                    inner = self._held(child)
                    body.append(inner)
        return ast.If(test=ast.Tuple(elts=tests, ctx=ast.Load()), body=body, orelse=[])

    def _assign(self, node: cst.Assign) -> ast.stmt:
        targets = self.each([target.target for target in node.targets])
        return ast.Assign(targets, self.expression(node.value))

    def _assign_annotated(self, node: cst.AnnAssign) -> ast.stmt:
        value = self.expression(node.value)
        return ast.AnnAssign(self.expression(node.target), ast.Constant(None), value, 1)

    def _assign_added(self, node: cst.AugAssign) -> ast.stmt:
        target, value = self.expression(node.target), self.expression(node.value)
        return ast.AugAssign(target, ast.Add(), value)

    def _expression_statement(self, node: cst.Expr) -> ast.stmt:
        return ast.Expr(self.expression(node.value))

    def _for(self, node: cst.For) -> ast.stmt:
        target, over = self.expression(node.target), self.expression(node.iter)
        orelse = self._body(node.orelse.body) if node.orelse else []
        return ast.For(target, over, self._body(node.body), orelse)

    def _with(self, node: cst.With) -> ast.stmt:
        items = [
            ast.withitem(
                self.expression(item.item), self.expression(item.asname and item.asname.name)
            )
            for item in node.items
        ]
        return ast.With(items, self._body(node.body))

    def _function(self, node: cst.FunctionDef) -> ast.stmt:
        decorators = self.each([decorator.decorator for decorator in node.decorators])
        parameters, body = self.parameters(node.params), self._body(node.body)
        return ast.FunctionDef(node.name.value, parameters, body, decorators)

    def _class(self, node: cst.ClassDef) -> ast.stmt:
        bases = self.each([base.value for base in (*node.bases, *node.keywords)])
        decorators = self.each([decorator.decorator for decorator in node.decorators])
        return ast.ClassDef(node.name.value, bases, [], self._body(node.body), decorators)

    def _import(self, node: Any) -> ast.stmt:
        if isinstance(node.names, cst.ImportStar):
            return ast.Pass()
        aliases = []
        for alias in node.names:
            asname = alias.asname.name.value if alias.asname else None
            aliases.append(ast.alias(self.written.code_for_node(alias.name), asname))
        return ast.Import(aliases)

    def _handler(self, node: Any) -> Any:
        name = node.name.name.value if node.name else None
        return ast.ExceptHandler(self.expression(node.type), name, self._body(node.body))

    STATEMENTS: ClassVar[dict[type[cst.CSTNode], Callable[[Any, Any], Any]]] = {
        cst.Expr: _expression_statement,
        cst.Assign: _assign,
        cst.AnnAssign: _assign_annotated,
        cst.AugAssign: _assign_added,
        cst.For: _for,
        cst.With: _with,
        cst.FunctionDef: _function,
        cst.ClassDef: _class,
        cst.Import: _import,
        cst.ImportFrom: _import,
        cst.ExceptHandler: _handler,
    }
