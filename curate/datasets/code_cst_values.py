"""Expressions of libcst in the nodes of `ast` that the walk over code knows."""

import ast
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import libcst as cst


class Values:
    """Expressions of one module, and the source of each."""

    def __init__(self, module: cst.Module) -> None:
        self.written = module
        self.sources: dict[int, tuple[ast.AST, cst.CSTNode]] = {}

    def source(self, node: ast.expr) -> str:
        """The text of an expression that was translated, without brackets around it."""
        _, written = self.sources[id(node)]
        if hasattr(written, "lpar"):
            written = written.with_changes(lpar=[], rpar=[])
        return self.written.code_for_node(written)

    def expression(self, node: cst.CSTNode | None) -> Any:
        """An expression; None for none."""
        if node is None:
            return None
        translate = self.VALUES.get(type(node))
        made = translate(self, node) if translate else self._contained(node)
        self.sources[id(made)] = (made, node)  # the node too, so that its id stays its own
        return made

    def _contained(self, node: cst.CSTNode) -> ast.expr:
        """Another expression: an operation on all that stands in it, whose value is nothing."""
        inner = [self.expression(child) for child in node.children if _says(child)]
        return ast.Compare(left=ast.Constant(None), ops=[], comparators=inner)

    def each(self, nodes: Sequence[cst.CSTNode]) -> list[Any]:
        """Several expressions."""
        return [self.expression(node) for node in nodes]

    def _constant(self, node: Any) -> ast.expr:
        return ast.Constant(ast.literal_eval(self.written.code_for_node(node)))

    def _concatenated(self, node: cst.ConcatenatedString) -> ast.expr:
        try:
            return self._constant(node)
        except ValueError:  # a part of it is an f-string
            return self._contained(node)

    def _name(self, node: cst.Name) -> ast.expr:
        constants = {"None": None, "True": True, "False": False}
        if node.value in constants:
            return ast.Constant(constants[node.value])
        return ast.Name(id=node.value, ctx=ast.Load())

    def _attribute(self, node: cst.Attribute) -> ast.expr:
        return ast.Attribute(self.expression(node.value), node.attr.value, ast.Load())

    def _subscript(self, node: cst.Subscript) -> ast.expr:
        indexes = [
            self.expression(item.slice.value)
            if isinstance(item.slice, cst.Index)
            else self._contained(item.slice)
            for item in node.slice
        ]
        index = indexes[0] if len(indexes) == 1 else ast.Tuple(elts=indexes, ctx=ast.Load())
        return ast.Subscript(self.expression(node.value), index, ast.Load())

    def _call(self, node: cst.Call) -> ast.expr:
        arguments, keywords = [], []
        for argument in node.args:
            value = self.expression(argument.value)
            if argument.keyword is not None:
                keywords.append(ast.keyword(argument.keyword.value, value))
            elif argument.star == "**":
                keywords.append(ast.keyword(None, value))
            elif argument.star == "*":
                starred = ast.Starred(value, ast.Load())
                alone = argument.with_changes(comma=cst.MaybeSentinel.DEFAULT)
                self.sources[id(starred)] = (starred, alone)
                arguments.append(starred)
            else:
                arguments.append(value)
        return ast.Call(self.expression(node.func), arguments, keywords)

    def _elements(self, node: Any) -> ast.expr:
        kinds = {cst.Tuple: ast.Tuple, cst.List: ast.List, cst.Set: ast.Set}
        elements = [
            ast.Starred(self.expression(element.value), ast.Load())
            if isinstance(element, cst.StarredElement)
            else self.expression(element.value)
            for element in node.elements
        ]
        return kinds[type(node)](elts=elements)

    def _dict(self, node: cst.Dict) -> ast.expr:
        keys = [
            self.expression(element.key) if isinstance(element, cst.DictElement) else None
            for element in node.elements
        ]
        return ast.Dict(keys, self.each([element.value for element in node.elements]))

    def _minus(self, node: cst.UnaryOperation) -> ast.expr:
        signs = {cst.Minus: ast.USub(), cst.Plus: ast.UAdd()}
        sign = signs.get(type(node.operator))
        if sign is None:
            return self._contained(node)
        return ast.UnaryOp(sign, self.expression(node.expression))

    def _held_value(self, node: Any) -> ast.expr:
        return ast.Await(self.expression(node.expression))

    def _either(self, node: cst.IfExp) -> ast.expr:
        return ast.IfExp(*self.each([node.test, node.body, node.orelse]))

    def _operands(self, node: cst.BooleanOperation) -> ast.expr:
        return ast.BoolOp(ast.And(), self.each([node.left, node.right]))

    def _walrus(self, node: cst.NamedExpr) -> ast.expr:
        return ast.NamedExpr(self.expression(node.target), self.expression(node.value))

    def _comprehension(self, node: Any) -> ast.expr:
        generators, part = [], node.for_in
        while part is not None:
            ifs = self.each([condition.test for condition in part.ifs])
            target, over = self.expression(part.target), self.expression(part.iter)
            generators.append(ast.comprehension(target, over, ifs, 0))
            part = part.inner_for_in
        if isinstance(node, cst.DictComp):
            key, value = self.each([node.key, node.value])
            return ast.DictComp(key, value, generators)
        return ast.ListComp(self.expression(node.elt), generators)

    def _lambda(self, node: cst.Lambda) -> ast.expr:
        return ast.Lambda(self.parameters(node.params), self.expression(node.body))

    def parameters(self, node: cst.Parameters) -> ast.arguments:
        """The parameters of a function."""

        def named(params: Sequence[cst.Param]) -> list[ast.arg]:
            return [ast.arg(param.name.value) for param in params]

        star = node.star_arg
        every = (*node.posonly_params, *node.params, *node.kwonly_params)
        return ast.arguments(
            posonlyargs=named(node.posonly_params),
            args=named(node.params),
            vararg=ast.arg(star.name.value) if isinstance(star, cst.Param) else None,
            kwonlyargs=named(node.kwonly_params),
            kw_defaults=[],
            kwarg=ast.arg(node.star_kwarg.name.value) if node.star_kwarg else None,
            defaults=self.each([param.default for param in every if param.default is not None]),
        )

    VALUES: ClassVar[dict[type[cst.CSTNode], Callable[[Any, Any], Any]]] = {
        cst.Name: _name,
        cst.SimpleString: _constant,
        cst.ConcatenatedString: _concatenated,
        cst.Integer: _constant,
        cst.Float: _constant,
        cst.Imaginary: _constant,
        cst.Attribute: _attribute,
        cst.Subscript: _subscript,
        cst.Call: _call,
        cst.Tuple: _elements,
        cst.List: _elements,
        cst.Set: _elements,
        cst.Dict: _dict,
        cst.UnaryOperation: _minus,
        cst.Await: _held_value,
        cst.IfExp: _either,
        cst.BooleanOperation: _operands,
        cst.NamedExpr: _walrus,
        cst.ListComp: _comprehension,
        cst.SetComp: _comprehension,
        cst.GeneratorExp: _comprehension,
        cst.DictComp: _comprehension,
        cst.Lambda: _lambda,
    }


def _says(node: cst.CSTNode) -> bool:
    """Whether a node is more than punctuation and space."""
    return not isinstance(node, cst.BaseParenthesizableWhitespace | cst.LeftParen | cst.RightParen)
