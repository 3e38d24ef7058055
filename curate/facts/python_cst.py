"""Facts of a Python file by libcst: for syntax newer than the running Python, and as the oracle.

`extract_cst(SourceText("class A: pass"))` holds one Symbol, `A`.

Gives what `python_ast.extract_ast` gives, and asks `ast` for the values of literals only. One walk
over the node fields; no wrapper, no matcher, no visitor.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from curate.facts.assemble import Definition, Found, assemble, qualify
from curate.facts.cst_nodes import (
    CHILDREN,
    IMPORTS,
    IMPORTS_FROM,
    around_body,
    base_name,
    dotted,
    identifier,
    type_checking_branch,
)
from curate.facts.cst_positions import Positions
from curate.facts.rows import Call, Import, Parameter, ParameterKind, PythonFacts, Symbol
from curate.facts.source_text import SourceText, clean_docstring, literal, literal_names


def extract_cst(source: SourceText) -> PythonFacts:
    """All facts of a file.

    Raises `libcst.ParserSyntaxError`, RecursionError for code that is nested too deep, and
    `cst_positions.NotGivenBackError`.
    """
    module = cst.parse_module(source.text)
    reader = _Reader(source, module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a file is not this program's fault
        reader.walk(module)
        docstring, _, _ = reader.docstring(module)
        all_names = reader.all_names(module)
    return assemble("libcst", source.line_count, reader.found, docstring, all_names)


def calls_in_expression(text: str, scope: str | None, source: SourceText, start: int) -> list[Call]:
    """The calls in an expression that stands at offset `start` of a file."""
    module = cst.parse_module(f"({text}\n)")
    reader = _Reader(SourceText(module.code), module)
    reader.walk(module)
    calls = []
    for call in reader.found.calls:
        offset = reader.source.starts[call.line - 1] + call.column - 1
        line, column = source.position(start + offset - len("("))
        calls.append(call._replace(line=line, column=column, caller=scope))
    return calls


class _Reader:
    """Collects the rows of one tree."""

    def __init__(self, source: SourceText, module: cst.Module) -> None:
        self.source = source
        self.found = Found([], [], [])
        self.positions = Positions(module, source.text)

    def walk(self, module: cst.Module) -> None:
        """Find definitions, imports and calls, in any order."""
        blocks: list[tuple[Sequence[Any], str | None, bool, bool]]
        blocks = [(module.body, None, False, False)]
        while blocks:
            body, scope, in_class, is_type_checking = blocks.pop()
            nodes = list(body)
            while nodes:
                node = nodes.pop()
                kind = node.__class__
                if kind is cst.Call:
                    self._call(node, scope)
                elif kind is cst.FunctionDef or kind is cst.ClassDef:
                    name = qualify(identifier(node.name), scope, in_class=in_class)
                    self._definition(node, name, scope, in_class=in_class)
                    blocks.append(((node.body,), name, kind is cst.ClassDef, is_type_checking))
                    nodes += around_body(node)
                    continue
                elif kind in IMPORTS or kind in IMPORTS_FROM:
                    self._import(node, scope, is_type_checking=is_type_checking)
                elif kind is cst.If and (branch := type_checking_branch(node)):
                    blocks.append(((getattr(node, branch),), scope, in_class, True))
                    nodes.append(node.orelse if branch == "body" else node.body)
                    continue
                for field in CHILDREN[kind]:
                    child = getattr(node, field)
                    if child.__class__ is list or child.__class__ is tuple:
                        nodes += child
                    else:
                        nodes.append(child)

    def docstring(
        self, node: cst.Module | cst.BaseSuite
    ) -> tuple[str | None, int | None, int | None]:
        """The docstring's value and its first and last line."""
        first = node.body[0] if node.body else None
        if isinstance(first, cst.SimpleStatementLine):
            first = first.body[0]
        if isinstance(first, cst.Expr) and isinstance(
            first.value, cst.SimpleString | cst.ConcatenatedString
        ):
            value = literal(self._text(first.value))
            if isinstance(value, str):
                start, end = self.positions.span(first.value)
                return clean_docstring(value), self.source.line(start), self.source.line(end)
        return None, None, None

    def all_names(self, module: cst.Module) -> list[str] | None:
        """`__all__`, as `PythonFacts` has it."""
        found: list[list[str] | None] = []
        lines = [line for line in module.body if isinstance(line, cst.SimpleStatementLine)]
        for node in (small for line in lines for small in line.body):
            if isinstance(node, cst.Assign):
                targets = [target.target for target in node.targets]
            elif isinstance(node, cst.AnnAssign | cst.AugAssign):
                targets = [node.target]
            else:
                continue
            if any(dotted(target) == "__all__" for target in targets):
                is_plain = node.value is not None and not isinstance(node, cst.AugAssign)
                found.append(literal_names(self._text(node.value)) if is_plain else None)
        return found[0] if len(found) == 1 else None

    def _text(self, node: cst.BaseExpression) -> str:
        start, end = self.positions.span(node)
        return self.source.text[start:end]

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        start, end = self.positions.span(node)
        return self.source.line(start), self.source.line(end)

    def _call(self, node: cst.Call, scope: str | None) -> None:
        callee = dotted(node.func)
        if callee is not None:
            line, column = self.source.position(self.positions.span(node)[0])
            self.found.calls.append(Call(line, column, callee, scope, len(node.args)))

    def _import(self, node: Any, scope: str | None, *, is_type_checking: bool) -> None:
        rows = []
        place = self._lines(node)
        dots = module = ""
        if node.__class__ in IMPORTS_FROM:
            dots = "." * len(node.relative)
            module = dotted(node.module) or ""
            if isinstance(node.names, cst.ImportStar):
                rows.append(Import(*place, dots + module, "*", None, scope, is_type_checking))
        for item in () if isinstance(node.names, cst.ImportStar) else node.names:
            name = dotted(item.name) or ""
            what = (name, None) if node.__class__ in IMPORTS else (dots + module, name)
            alias = None if item.asname is None else dotted(item.asname.name)
            rows.append(Import(*place, *what, alias, scope, is_type_checking))
        self.found.imports.append((self.positions.span(node)[0], rows))

    def _definition(
        self, node: cst.ClassDef | cst.FunctionDef, name: str, parent: str | None, *, in_class: bool
    ) -> None:
        is_class = isinstance(node, cst.ClassDef)
        arguments = [*node.bases, *node.keywords] if is_class else []
        bases = [arg for arg in arguments if arg.keyword is None and arg.star != "**"]
        start, end = self.positions.span(node)
        line, column = self.source.position(start)
        decorators = []
        for decorator in node.decorators:
            expression = decorator.decorator
            called = expression.func if isinstance(expression, cst.Call) else expression
            end_line = self._lines(expression)[1]
            decorators.append((self._lines(decorator)[0], end_line, dotted(called)))
        docstring, docstring_line, docstring_end_line = self.docstring(node.body)
        returns = None if is_class else node.returns
        symbol = Symbol(
            ordinal=0,
            kind="class" if is_class else "method" if in_class else "function",
            name=identifier(node.name),
            qualified_name=name,
            parent=parent,
            line=line,
            first_line=decorators[0][0] if decorators else line,
            end_line=self.source.line(end),
            column=column,
            is_async=not is_class and node.asynchronous is not None,
            decorators=[self._text(decorator.decorator) for decorator in node.decorators],
            bases=[self._base(arg) for arg in bases],
            parameters=[] if is_class else list(self._parameters(node.params)),
            returns=None if returns is None else self._text(returns.annotation),
            docstring=docstring,
            docstring_line=docstring_line,
            docstring_end_line=docstring_end_line,
            signature_end_line=self.source.line(self.positions.colon(node.body)),
        )
        named_bases = [(self._base_line(arg), base_name(arg)) for arg in bases]
        self.found.definitions.append(Definition(symbol, named_bases, decorators))

    def _base(self, arg: cst.Arg) -> str:
        start, end = self._base_span(arg)
        return self.source.text[start:end]

    def _base_line(self, arg: cst.Arg) -> int:
        return self.source.line(self._base_span(arg)[0])

    def _base_span(self, arg: cst.Arg) -> tuple[int, int]:
        return self.positions.starred_span(arg) if arg.star else self.positions.span(arg.value)

    def _parameters(self, params: cst.Parameters) -> Iterator[Parameter]:
        def row(param: cst.Param, kind: ParameterKind) -> Parameter:
            annotation, default = param.annotation, param.default
            return Parameter(
                identifier(param.name),
                kind,
                None if annotation is None else self._text(annotation.annotation),
                None if default is None else self._text(default),
            )

        for param in params.posonly_params:
            yield row(param, "positional_only")
        for param in params.params:
            yield row(param, "positional_or_keyword")
        if isinstance(params.star_arg, cst.Param):
            yield row(params.star_arg, "var_positional")
        for param in params.kwonly_params:
            yield row(param, "keyword_only")
        if params.star_kwarg is not None:
            yield row(params.star_kwarg, "var_keyword")
