r"""The rows that one Python file gives: a field's name is the column's name.

`Symbol(ordinal=0, kind='class', name='Parcel', qualified_name='Parcel', line=12, ...)`.

Lines and columns start at 1 and count characters. An *exact text* is a slice of the file with its
line ends written as `\n`. This module computes nothing.
"""

from typing import Literal, NamedTuple

DropReason = Literal["too_large", "empty", "nul_bytes", "not_decodable", "not_parsable", "too_deep"]
ParserName = Literal["ast", "libcst"]
ParameterKind = Literal[
    "positional_only", "positional_or_keyword", "var_positional", "keyword_only", "var_keyword"
]
SymbolKind = Literal["class", "function", "method"]


class Drop(NamedTuple):
    """Why a file gives no facts."""

    reason: DropReason
    detail: str
    """A few words of ours about this file, e.g. `line 7`; may be empty."""


class Parameter(NamedTuple):
    """One parameter of a function, as written."""

    name: str
    kind: ParameterKind
    annotation: str | None
    default: str | None


class Symbol(NamedTuple):
    """One class or function definition, in the order of the file."""

    ordinal: int
    kind: SymbolKind
    name: str
    qualified_name: str
    """As `__qualname__`: `Parcel.weigh`, `outer.<locals>.inner`."""
    parent: str | None
    """The qualified name of the enclosing definition."""
    line: int
    """Where `class`, `def` or `async` stands."""
    first_line: int
    """Where the first decorator's `@` stands, or `line`."""
    end_line: int
    column: int
    is_async: bool
    decorators: list[str]
    """Exact texts without the `@`."""
    bases: list[str]
    """Exact texts of the positional bases; `metaclass=` and other keywords are not among them."""
    parameters: list[Parameter]
    returns: str | None
    docstring: str | None
    """As `inspect.getdoc` shows it; a lone surrogate is written as `?`."""
    docstring_line: int | None
    docstring_end_line: int | None
    signature_end_line: int
    """Where the `:` stands that ends the header."""


class Import(NamedTuple):
    """One name that an import statement binds."""

    line: int
    end_line: int
    module: str
    """With its leading dots when relative: `..main`; for `import a.b` it is `a.b`."""
    name: str | None
    """None for `import a.b`, `*` for a star."""
    alias: str | None
    scope: str | None
    """The qualified name of the enclosing definition."""
    is_type_checking: bool


class Call(NamedTuple):
    """One call of a dotted name. A call of anything else, as `f()()`, is not a row."""

    line: int
    column: int
    callee: str
    caller: str | None
    """The definition whose body runs the call; a decorator, default, annotation or base runs in
    the definition around it."""
    count_args: int
    """Arguments as written: `*args` and `**options` count one each."""


class Base(NamedTuple):
    """One positional base of a class."""

    class_name: str
    line: int
    """Where the expression starts; differs from `class_line` in a base list of several lines."""
    ordinal: int
    expression: str
    name: str | None
    """Dotted and without subscript: `Generic` for `Generic[T]`; None for any other expression."""
    resolved: str | None
    """See `names.resolve`."""
    class_line: int


class Decorator(NamedTuple):
    """One decorator of a definition."""

    symbol: str
    line: int
    """Where the `@` stands."""
    end_line: int
    expression: str
    name: str | None
    """Dotted and without arguments: `app.get` for `@app.get("/")`; None otherwise."""
    resolved: str | None
    """See `names.resolve`."""
    symbol_line: int


class PythonFacts(NamedTuple):
    """All facts of one Python file."""

    parser: ParserName
    line_count: int
    module_summary: str | None
    """The first line of the module's docstring."""
    all_names: list[str] | None
    """`__all__` when its only assignment is a literal list or tuple of strings."""
    symbols: list[Symbol]
    imports: list[Import]
    calls: list[Call]
    bases: list[Base]
    decorators: list[Decorator]
