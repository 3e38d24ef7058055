"""Facts of a Python file by CPython's own parser, in one pass: the fast way.

`extract_ast(SourceText("class A: pass"))` holds one Symbol, `A`.

Gives what `python_cst.extract_cst` gives; `tests/facts/test_both_parsers_agree.py` proves it on
every file of the sources. Reads no syntax newer than the running Python.
"""

import ast
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from curate.facts.assemble import Definition, Found, assemble, qualify
from curate.facts.ast_nodes import (
    CHILDREN,
    DEFINITIONS,
    DefinitionNode,
    around_body,
    base_name,
    docstring_of,
    dotted,
    header_ends,
    type_checking_branch,
)
from curate.facts.rows import Call, Import, Parameter, ParameterKind, PythonFacts, Symbol
from curate.facts.source_text import SourceText, literal_names

F_STRINGS_ARE_PLACED = sys.version_info >= (3, 12)
"""Before PEP 701 the places inside an f-string of several lines are wrong; libcst counts them."""


def extract_ast(source: SourceText) -> PythonFacts:
    """All facts of a file.

    Raises what `ast.parse` raises: SyntaxError, and RecursionError or MemoryError for code that is
    nested too deep.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a file is not this program's fault
        tree = ast.parse(source.text)
    return _Reader(source).read(tree)


class _Reader:
    """Collects the rows of one tree."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.found = Found([], [], [])

    def read(self, tree: ast.Module) -> PythonFacts:
        self._walk(tree)
        docstring, _, _ = docstring_of(tree.body)
        lines = self.source.line_count
        return assemble("ast", lines, self.found, docstring, self._all_names(tree))

    def _walk(self, tree: ast.Module) -> None:
        """Find definitions, imports and calls, in any order."""
        blocks: list[tuple[list[Any], str | None, bool, bool]] = [(tree.body, None, False, False)]
        while blocks:
            body, scope, in_class, is_type_checking = blocks.pop()
            nodes = list(body)
            while nodes:
                node = nodes.pop()
                kind = node.__class__
                if kind is ast.Call:
                    self._call(node, scope)
                elif kind in DEFINITIONS:
                    name = qualify(node.name, scope, in_class=in_class)
                    self._definition(node, name, scope, in_class=in_class)
                    blocks.append((node.body, name, kind is ast.ClassDef, is_type_checking))
                    nodes += around_body(node)
                    continue
                elif kind is ast.Import or kind is ast.ImportFrom:
                    self._import(node, scope, is_type_checking=is_type_checking)
                elif kind is ast.If and (branch := type_checking_branch(node)):
                    blocks.append((getattr(node, branch), scope, in_class, True))
                    nodes += node.orelse if branch == "body" else node.body
                    continue
                elif kind is ast.JoinedStr and self._f_string(node, scope):
                    continue
                for field in CHILDREN[kind]:
                    child = getattr(node, field)
                    if child.__class__ is list:
                        nodes += child
                    else:
                        nodes.append(child)

    def _text(self, node: Any) -> str:
        offset = self.source.offset
        start = offset(node.lineno, node.col_offset)
        return self.source.text[start : offset(node.end_lineno, node.end_col_offset)]

    def _place(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        line = node.lineno
        return line, self.source.offset(line, node.col_offset) - self.source.starts[line - 1] + 1

    def _call(self, node: ast.Call, scope: str | None) -> None:
        callee = dotted(node.func)
        if callee is not None:
            count_args = len(node.args) + len(node.keywords)
            self.found.calls.append(Call(*self._place(node), callee, scope, count_args))

    def _f_string(self, node: ast.JoinedStr, scope: str | None) -> bool:
        """Add the calls inside an f-string where `ast` misplaces them and libcst can read it."""
        if F_STRINGS_ARE_PLACED:
            return False
        if not any(isinstance(inner, ast.Call) for inner in ast.walk(node)):
            return True
        from libcst import CSTValidationError, ParserSyntaxError

        from curate.facts.python_cst import calls_in_expression

        start = self.source.offset(node.lineno, node.col_offset)
        try:
            found = calls_in_expression(self._text(node), scope, self.source, start)
        except (ParserSyntaxError, CSTValidationError):
            return False
        self.found.calls.extend(found)
        return True

    def _import(
        self, node: ast.Import | ast.ImportFrom, scope: str | None, *, is_type_checking: bool
    ) -> None:
        rows = []
        for item in node.names:
            if isinstance(node, ast.Import):
                what = item.name, None
            else:
                what = "." * node.level + (node.module or ""), item.name
            place = node.lineno, node.end_lineno or node.lineno
            rows.append(Import(*place, *what, item.asname, scope, is_type_checking))
        self.found.imports.append((self.source.offset(node.lineno, node.col_offset), rows))

    def _definition(
        self, node: DefinitionNode, name: str, parent: str | None, *, in_class: bool
    ) -> None:
        is_class = isinstance(node, ast.ClassDef)
        bases = node.bases if is_class else []
        line, column = self._place(node)
        header_end = max(header_ends(node), default=(line, node.col_offset))
        decorators = []
        for expression in node.decorator_list:
            called = expression.func if isinstance(expression, ast.Call) else expression
            at_line = self.source.decorator_line(expression.lineno)
            end_line = expression.end_lineno or at_line
            decorators.append((at_line, end_line, dotted(called)))
        docstring, docstring_line, docstring_end_line = docstring_of(node.body)
        symbol = Symbol(
            ordinal=0,
            kind="class" if is_class else "method" if in_class else "function",
            name=node.name,
            qualified_name=name,
            parent=parent,
            line=line,
            first_line=decorators[0][0] if decorators else line,
            end_line=node.end_lineno or line,
            column=column,
            is_async=isinstance(node, ast.AsyncFunctionDef),
            decorators=[self._text(decorator) for decorator in node.decorator_list],
            bases=[self._text(base) for base in bases],
            parameters=[] if is_class else list(self._parameters(node.args)),
            returns=None if is_class or node.returns is None else self._text(node.returns),
            docstring=docstring,
            docstring_line=docstring_line,
            docstring_end_line=docstring_end_line,
            signature_end_line=self.source.header_end_line(self.source.offset(*header_end)),
        )
        named_bases = [(base.lineno, base_name(base)) for base in bases]
        self.found.definitions.append(Definition(symbol, named_bases, decorators))

    def _parameters(self, args: ast.arguments) -> Iterator[Parameter]:
        def row(arg: ast.arg, kind: ParameterKind, default: ast.expr | None = None) -> Parameter:
            annotation = None if arg.annotation is None else self._text(arg.annotation)
            text = None if default is None else self._text(default)
            return Parameter(arg.arg, kind, annotation, text)

        positional: list[tuple[ast.arg, ParameterKind]]
        positional = [(arg, "positional_only") for arg in args.posonlyargs]
        positional += [(arg, "positional_or_keyword") for arg in args.args]
        without = len(positional) - len(args.defaults)
        for i, (arg, kind) in enumerate(positional):
            yield row(arg, kind, args.defaults[i - without] if i >= without else None)
        if args.vararg:
            yield row(args.vararg, "var_positional")
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            yield row(arg, "keyword_only", default)
        if args.kwarg:
            yield row(args.kwarg, "var_keyword")

    def _all_names(self, tree: ast.Module) -> list[str] | None:
        found: list[list[str] | None] = []
        for node in tree.body:
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AnnAssign | ast.AugAssign):
                targets = [node.target]
            else:
                continue
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                is_plain = node.value is not None and not isinstance(node, ast.AugAssign)
                found.append(literal_names(self._text(node.value)) if is_plain else None)
        return found[0] if len(found) == 1 else None
