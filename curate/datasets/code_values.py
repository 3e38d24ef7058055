"""What the expressions of a snippet are made from: which results, and what is read of them.

A name stands for the results that it was last bound to; elements of a list count as the list.
`Flow` in `code_flow` adds the statements and says what comes out.
"""

import ast
import builtins
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from msgspec import Struct

from curate.datasets.code_literals import as_json, is_json, is_writable
from curate.datasets.decoding import mended

BUILTINS = frozenset(dir(builtins))
# Functions and methods whose value holds what their first argument, or their object, holds.
PASSED_ON = frozenset(
    {
        *("copy", "deepcopy", "dict", "enumerate", "filter", "frozenset", "gather", "get_result"),
        *("items", "iter", "keys", "list", "loads", "map", "max", "min", "next", "pop", "result"),
        *("reversed", "run", "set", "sorted", "tuple", "values", "wait_for", "zip"),
    }
)
Source = Callable[[ast.expr], str]
MOST_ORIGINS = 32  # of a value; this and the next three are far beyond what code for tools has
MOST_FIELDS = 5_000  # that a snippet reads
MAX_DEPTH = 16  # of a field in a field
MAX_FIELD_CHARS = 200  # of a field, with those that it lies in; chosen by us, 2026-11-21
MASK_CHARS = 10  # that a literal may be longer while it is masked
# A result and the path that was read of it: (3, "errors.line", 2) of the fourth call, two deep.
Origin = tuple[int, str, int]
Origins = tuple[Origin, ...]


class CodeCall(Struct, gc=False):
    """A call of a function that the snippet takes from outside, and fields read of its result."""

    tool: str
    positional: list[Any]
    named: dict[str, Any]
    fields: list[str]


class Values:
    """The walk over expressions. `source` gives the text of one that is no literal."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.found: list[CodeCall] = []
        self.bound: set[str] = set()
        self.known: dict[str, Origins] = {}
        self._noted: set[Origin] = set()

    def see(self, node: ast.AST) -> Origins:
        """Walk a node; the results that its value is made from."""
        see = self.HANDLERS.get(type(node))
        if see is not None:
            return see(self, node)
        for name in node._fields:
            child = getattr(node, name, None)
            if isinstance(child, list):
                for item in child:
                    if isinstance(item, ast.AST):
                        self.see(item)
            elif isinstance(child, ast.AST):
                self.see(child)
        return ()

    def see_all(self, nodes: Iterable[ast.AST | None]) -> Origins:
        """Walk several nodes; the results that any of them is made from, each once."""
        found: Origins = ()
        for node in nodes:
            if node is not None and (origins := self.see(node)):
                found = _united(found, origins)
        return found

    def _name(self, node: ast.Name) -> Origins:
        return self.known.get(node.id, ())

    def _nothing(self, _node: ast.AST) -> Origins:
        return ()

    def value_of(self, node: Any) -> Origins:
        """The results that the node's `value` is made from."""
        return self.see(node.value)

    def _attribute(self, node: ast.Attribute) -> Origins:
        return self._read(self.see(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Origins:
        origins, index = self.see(node.value), node.slice
        if isinstance(index, ast.Constant):
            return self._read(origins, index.value) if isinstance(index.value, str) else origins
        self.see(index)
        return origins

    def _read(self, origins: Origins, field: str) -> Origins:
        """Note that a field of these results is read.

        One that lies too deep stands for what it lies in.
        """
        field = mended(field)
        return tuple(dict.fromkeys(self._note(origin, field) for origin in origins))

    def _note(self, origin: Origin, field: str) -> Origin:
        number, path, depth = origin
        inner = f"{path}.{field}" if path else field
        read = (number, inner, depth + 1)
        if depth == MAX_DEPTH or len(inner) > MAX_FIELD_CHARS + MASK_CHARS * MAX_DEPTH:
            return origin
        if read not in self._noted and len(self._noted) < MOST_FIELDS:
            self._noted.add(read)
            self.found[number].fields.append(inner)
        return read

    def _call(self, node: ast.Call) -> Origins:
        function = node.func
        if isinstance(function, ast.Name):
            name = function.id
            if name in self.known or name in BUILTINS:
                return self._passed(name, self.known.get(name, ()), node)
            return self._tool_call(name, node)
        if isinstance(function, ast.Attribute):
            origins = self.see(function.value)
            if function.attr == "get" and origins and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self.see_all(node.args[1:])
                    return self._read(origins, key.value)
            return self._passed(function.attr, origins, node)
        return self._passed("", self.see(function), node)

    def _tool_call(self, name: str, node: ast.Call) -> Origins:
        number = len(self.found)
        call = CodeCall(name, [], {}, [])
        self.found.append(call)
        for argument in node.args:
            call.positional.append(self._literal(argument))
        for keyword in node.keywords:
            call.named[keyword.arg or "**"] = self._literal(keyword.value)
        return ((number, "", 0),)

    def _passed(self, name: str, of_object: Origins, node: ast.Call) -> Origins:
        """What a call of something else gives on: of its object, or of its arguments."""
        functions, origins = [], of_object
        for argument in node.args:
            if isinstance(argument, ast.Lambda):
                functions.append(argument)
            else:
                origins = self.see(argument) or origins
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Lambda):
                functions.append(keyword.value)
            else:
                self.see(keyword.value)
        given = of_object or origins
        for function in functions:
            self.bind_parameters(function.args, given)
            self.see(function.body)
        return given if name in PASSED_ON else ()

    def _literal(self, node: ast.expr) -> Any:
        """The value of a literal; for another expression its source, walked as well."""
        if isinstance(node, ast.Constant) and is_json(node.value) and is_writable(node.value):
            return node.value
        if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.UnaryOp):
            try:
                value = ast.literal_eval(node)
            except (ValueError, TypeError):
                value = Ellipsis
            if is_json(value) and is_writable(value):
                return as_json(value)
        self.see(node)
        return {"$python": self._source(node)}

    def _comprehension(self, node: Any) -> Origins:
        for generator in node.generators:
            self.bind(generator.target, self.see(generator.iter))
            self.see_all(generator.ifs)
        if isinstance(node, ast.DictComp):
            return self.see_all((node.key, node.value))
        return self.see(node.elt)

    def _compared(self, node: ast.Compare) -> Origins:
        self.see(node.left)
        for value in node.comparators:
            self.see(value)
        return ()

    def _computed(self, node: ast.BinOp) -> Origins:
        self.see(node.left)
        self.see(node.right)
        return ()

    def _formatted(self, node: ast.JoinedStr) -> Origins:
        for part in node.values:
            if not isinstance(part, ast.Constant):
                self.see(part)
        return ()

    def _placeholder(self, node: ast.FormattedValue) -> Origins:
        self.see(node.value)
        if node.format_spec is not None:
            self.see(node.format_spec)
        return ()

    def _either(self, node: ast.IfExp) -> Origins:
        self.see(node.test)
        return self.see_all((node.body, node.orelse))

    def _operands(self, node: ast.BoolOp) -> Origins:
        return self.see_all(node.values)

    def _elements(self, node: Any) -> Origins:
        return self.see_all(node.elts)

    def _dict(self, node: ast.Dict) -> Origins:
        self.see_all(node.keys)
        return self.see_all(node.values)

    def _lambda(self, node: ast.Lambda) -> Origins:
        self.bind_parameters(node.args, ())
        self.see(node.body)
        return ()

    def bind_parameters(self, arguments: ast.arguments, origins: Origins) -> None:
        """Bind a function's parameters."""
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in (*every, arguments.vararg, arguments.kwarg):
            if argument is not None:
                self.bound.add(argument.arg)
                self.known[argument.arg] = origins

    def bind(self, target: ast.expr | None, origins: Origins) -> None:
        """Let the names in a target stand for these results."""
        if isinstance(target, ast.Name):
            self.bound.add(target.id)
            self.known[target.id] = origins
        elif isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                self.bind(inner, origins)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, origins)
        elif target is not None:
            self.see(target)

    def assign_one(self, node: Any) -> Origins:
        """`x: int = value`, `x := value`, `x += value`."""
        origins = self.see(node.value) if node.value is not None else ()
        if isinstance(node, ast.AugAssign):
            origins = _united(self.see(node.target), origins)
        self.bind(node.target, origins)
        return origins

    HANDLERS: ClassVar[dict[type[ast.AST], Callable[[Any, Any], Origins]]] = {
        ast.Constant: _nothing,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Call: _call,
        ast.Await: value_of,
        ast.Starred: value_of,
        ast.NamedExpr: assign_one,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
        ast.Compare: _compared,
        ast.BinOp: _computed,
        ast.JoinedStr: _formatted,
        ast.FormattedValue: _placeholder,
        ast.IfExp: _either,
        ast.BoolOp: _operands,
        ast.Tuple: _elements,
        ast.List: _elements,
        ast.Set: _elements,
        ast.Dict: _dict,
        ast.Lambda: _lambda,
    }


def short(fields: Iterable[str]) -> list[str]:
    """Those that are not too long to be names."""
    return [field for field in fields if len(field) <= MAX_FIELD_CHARS]


def _united(some: Origins, others: Origins) -> Origins:
    """The results in either, each once, as far as they are counted."""
    return tuple(dict.fromkeys((*some, *others)))[:MOST_ORIGINS] if some else others
