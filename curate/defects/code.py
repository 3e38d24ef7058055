r"""A parsed Python file as defects look at it: nodes by kind, each with its scope and its place.

    code = Code("def f(x: int) -> str:\n    return str(x)\n")
    [found.scope.name for found in code.all(cst.Return)]  # ['f']
    code.source(code.all(cst.Return)[0].node)             # 'return str(x)'

libcst parses, and tells where a node stands; this module changes nothing. Types are not inferred:
`code.scopes` knows names only.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar, cast

import libcst as cst

from curate.defects.scopes import Imported, Scope, attributes, imported, name_of, targets
from curate.defects.words import BUILTINS, identifiers
from curate.facts.cst_nodes import CHILDREN, IMPORTS, IMPORTS_FROM
from curate.facts.cst_positions import NotGivenBackError, Positions, Span
from curate.facts.depth import is_too_deep

Node_co = TypeVar("Node_co", bound=cst.CSTNode, covariant=True)
_TARGETS = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)
_BINDING = frozenset(  # looked up by class: isinstance of so many nodes takes a second a megabyte
    {
        *(*_TARGETS, cst.WithItem, cst.ExceptHandler, cst.ExceptStarHandler, cst.Del),
        *(cst.Global, cst.Nonlocal, cst.MatchAs, cst.MatchStar),
    }
)
_BRANCHING = frozenset({cst.Try, cst.TryStar, cst.If, cst.IfExp})
_DEFINITIONS = frozenset({cst.FunctionDef, cst.ClassDef})
_NO_NODES = frozenset({str, bool, cst.MaybeSentinel})
_NEVER_RUN = frozenset({"TYPE_CHECKING", "version_info", "platform", "__name__", "WIN"})
UNREAD = (cst.ParserSyntaxError, cst.CSTValidationError, NotGivenBackError, RecursionError)
ELSEWHERE = re.compile(r"^assert .*(?:platform|os\.name|TYPE_CHECKING)", re.MULTILINE)


class CodeError(ValueError):
    """A text that is not read: no Python, or line ends that are told apart by nobody."""


class Found(NamedTuple, Generic[Node_co]):
    """A node and the scope it runs in; `is_odd` inside an annotation, or where it may never run."""

    node: Node_co
    scope: Scope
    is_odd: bool


class Code:
    """One file. Raises CodeError for what is no Python file that libcst gives back unchanged."""

    def __init__(self, text: str, packages: frozenset[str] = frozenset()) -> None:
        """Parses; `packages` are the top-level packages of the source that the file is of."""
        if "\r" in text.replace("\r\n", "") or "\f" in text or text.startswith("\ufeff"):
            raise CodeError("line ends, form feeds or a byte order mark that tools count apart")
        if is_too_deep(text):
            raise CodeError("nested deeper than libcst can read")
        if ELSEWHERE.search(text):
            raise CodeError("runs on other machines only")
        try:
            self.module = cst.parse_module(text)
            self._positions = Positions(self.module, text)
        except UNREAD as error:
            raise CodeError(str(error)) from None
        self.text, self.packages = text, packages
        self.words = identifiers(text)
        self.top = Scope(self.module, None, "")
        self.scopes: list[Scope] = []
        self.imports: list[Imported] = []
        self.stores: set[int] = set()
        self.written: set[int] = set()
        self.written_attributes: list[tuple[Scope, str]] = []
        self._found: dict[type, list[Found]] = defaultdict(list)
        self._walk()

    def all(self, *kinds: type[Node_co]) -> list[Found[Node_co]]:
        """The nodes of these kinds, in the order of the file."""
        found = [found for kind in kinds for found in self._found[kind]]
        return sorted(found, key=lambda one: self._positions.span(one.node))

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, without parentheses around it."""
        return self._positions.span(node)

    def start_of(self, arg: cst.Arg) -> int:
        """The offset of an argument, of its keyword if it has one."""
        return self._positions.starred_span(arg)[0]

    def end_of(self, arg: cst.Arg) -> int:
        """The offset behind an argument, its own parentheses included."""
        return self._positions.starred_span(arg)[1]

    def source(self, node: cst.CSTNode) -> str:
        """A node as its author wrote it."""
        start, end = self.span(node)
        return self.text[start:end]

    def is_one_line(self, start: int, end: int) -> bool:
        """Whether a span holds no line end."""
        return "\n" not in self.text[start:end]

    def start_of_line(self, offset: int) -> int:
        """The offset at which the line of an offset begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def end_of_line(self, offset: int) -> int:
        """The offset at which the line after that of an offset begins."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end + 1

    @property
    def newline(self) -> str:
        """What the file's lines end with."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def functions(self) -> Iterator[Scope]:
        """Every function and method, in the order of the file."""
        return (scope for scope in self.scopes if isinstance(scope.node, cst.FunctionDef))

    def classes(self) -> Iterator[Scope]:
        """Every class, in the order of the file."""
        return (scope for scope in self.scopes if isinstance(scope.node, cst.ClassDef))

    def binds(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose name is meant by a name in a scope; None for builtins and unknowns."""
        at: Scope | None = scope
        while at is not None:
            is_seen = at is scope or not isinstance(at.node, cst.ClassDef)
            if is_seen and name in at.bound:
                return at
            at = at.parent
        return None

    def is_known_type(self, name: str) -> bool:
        """Whether a checker without third-party packages knows what a type's name means."""
        if name in self.top.bound:
            found = [one for one in self.imports if one.bound == name and not one.scope.name]
            if found:
                return all(one.is_known(self.packages) for one in found)
            return any(scope.name == name for scope in self.classes())
        return name in BUILTINS or name == "None"

    def _walk(self) -> None:
        stack: list[tuple[cst.CSTNode, Scope, bool]] = [(self.module, self.top, False)]
        while stack:
            node, scope, is_odd = stack.pop()
            kind = node.__class__
            if kind in IMPORTS or kind in IMPORTS_FROM:
                self._import(cast("cst.Import | cst.ImportFrom", node), scope)
                continue
            if kind in _DEFINITIONS:
                definition = cast("cst.FunctionDef | cst.ClassDef", node)
                stack += self._definition(definition, scope, is_odd=is_odd)
                continue
            if kind is cst.Param:
                node = cast("cst.Param", node)
                scope.bound.add(node.name.value)
                parts = (node.annotation, node.default)
                stack += [(part, scope, is_odd) for part in parts if part is not None]
                continue
            if kind in _BINDING:
                self._bind(node, scope)
            self._found[kind].append(Found(node, scope, is_odd))
            inside = is_odd or kind is cst.Annotation or _may_not_run(node)
            stack += [(child, scope, inside) for child in _children(node)]
        self.scopes.sort(key=lambda scope: self.span(scope.node))

    def _definition(
        self, node: cst.FunctionDef | cst.ClassDef, scope: Scope, *, is_odd: bool
    ) -> list[tuple[cst.CSTNode, Scope, bool]]:
        """What is walked of a definition, each part with the scope it runs in."""
        scope.bound.add(node.name.value)
        self.stores.add(id(node.name))
        new = Scope(node, scope, scope.inside(node.name.value))
        self.scopes.append(new)
        rest: list[tuple[cst.CSTNode, Scope, bool]] = [(node.body, new, is_odd)]
        outside: list[cst.CSTNode] = []
        if isinstance(node, cst.ClassDef):
            outside += [arg.value for arg in (*node.bases, *node.keywords)]
        else:
            outside += [node.returns] if node.returns else []
            for param in new.params:
                new.bound.add(param.name.value)
                outside += [part for part in (param.annotation, param.default) if part]
        outside += [decorator.decorator for decorator in node.decorators]
        return [*rest, *((part, scope, True) for part in outside)]

    def _import(self, node: "cst.Import | cst.ImportFrom", scope: Scope) -> None:
        for one in imported(node, scope):
            scope.bound.add(one.bound)
            self.imports.append(one)
        self._found[node.__class__].append(Found(node, scope, is_odd=False))

    def _bind(self, node: cst.CSTNode, scope: Scope) -> None:
        """Note the names that a node binds."""
        bound: list[cst.Name] = []
        if isinstance(node, _TARGETS):
            bound = list(targets(node.target))
        elif isinstance(node, cst.WithItem | cst.ExceptHandler | cst.ExceptStarHandler):
            named = node.asname if isinstance(node, cst.WithItem) else node.name
            bound = list(targets(named.name)) if named else []
        elif isinstance(node, cst.Del):
            bound = list(targets(node.target))
        elif isinstance(node, cst.Global | cst.Nonlocal):
            scope.bound.update(item.name.value for item in node.names)
        elif isinstance(node, cst.MatchAs | cst.MatchStar) and node.name:
            bound = [node.name]
        if isinstance(node, (*_TARGETS, cst.Del)):
            for attribute in attributes(node.target):
                self.written.add(id(attribute))
                self.written_attributes.append((scope, name_of(attribute) or ""))
        scope.bound.update(name.value for name in bound)
        self.stores.update(map(id, bound))


def _may_not_run(node: cst.CSTNode) -> bool:
    """Whether a statement's branches run on some machines or in some checkers only."""
    if node.__class__ not in _BRANCHING:
        return False
    if isinstance(node, cst.Try | cst.TryStar):
        return any("Import" in (name_of(h.type) or "") for h in node.handlers if h.type)
    tested: list[cst.CSTNode] = [cast("cst.If | cst.IfExp", node).test]
    while tested:
        part = tested.pop()
        name = name_of(part)
        if name is not None and (name == "os.name" or _NEVER_RUN & set(name.split("."))):
            return True
        tested += [child for child in _children(part) if not isinstance(child, cst.Name)]
    return False


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The parts of a node in which an expression may stand, the last first."""
    for field in CHILDREN[node.__class__]:
        value = getattr(node, field)
        if value.__class__ in {list, tuple}:
            yield from value
        elif value is not None and value.__class__ not in _NO_NODES:
            yield value
