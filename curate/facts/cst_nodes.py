"""What single nodes of libcst say: names, and where calls may stand."""

import unicodedata
from dataclasses import fields

import libcst as cst

_NEVER_HOLD_A_CALL = (
    "asname asynchronous attr colon comma default_indent default_newline dot encoding end equal "
    "first_colon footer has_trailing_newline header indent keyword lbrace lbracket leading_lines "
    "lines_after_decorators lpar names newline operator posonly_ind rbrace rbracket rest rpar "
    "second_colon semicolon separator star start trailing_comma"
)
_LEAVES = (
    cst.Name,
    cst.SimpleString,
    cst.Integer,
    cst.Float,
    cst.Imaginary,
    cst.FormattedStringText,
)
IMPORTS = frozenset({cst.Import, getattr(cst, "LazyImport", cst.Import)})
IMPORTS_FROM = frozenset({cst.ImportFrom, getattr(cst, "LazyImportFrom", cst.ImportFrom)})


class _Children(dict[type, tuple[str, ...]]):
    """The fields of a kind of node in which a call may stand; kinds of later libcsts too."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        skipped = _NEVER_HOLD_A_CALL.split()
        if issubclass(kind, cst.CSTNode) and kind not in _LEAVES:
            names = tuple(
                field.name
                for field in fields(kind)
                if field.name not in skipped and "whitespace" not in field.name
            )
        self[kind] = names
        return names


CHILDREN = _Children()


def around_body(node: cst.ClassDef | cst.FunctionDef) -> list[cst.CSTNode | None]:
    """What stands around a definition's body and runs in the scope outside."""
    if isinstance(node, cst.ClassDef):
        return [*node.decorators, node.type_parameters, *node.bases, *node.keywords]
    return [*node.decorators, node.type_parameters, node.params, node.returns]


def identifier(node: cst.Name) -> str:
    """An identifier as Python compares it."""
    value = node.value
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a chain of a name and attributes; None for any other expression."""
    parts = []
    while node.__class__ is cst.Attribute:
        parts.append(identifier(node.attr))
        node = node.value
    if node.__class__ is not cst.Name:
        return None
    parts.append(identifier(node))
    return ".".join(reversed(parts))


def base_name(arg: cst.Arg) -> str | None:
    """The dotted name of a base without its subscripts."""
    node = arg.value
    while isinstance(node, cst.Subscript):
        node = node.value
    return None if arg.star else dotted(node)


def type_checking_branch(node: cst.If) -> str | None:
    """Which branch of an `if` only a type checker reads: `body`, `orelse` or none."""
    test, branch = node.test, "body"
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        test, branch = test.expression, "orelse"
    name = dotted(test)
    return branch if name is not None and name.rpartition(".")[2] == "TYPE_CHECKING" else None
