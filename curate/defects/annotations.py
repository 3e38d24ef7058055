"""What annotations say, as far as names tell: no type is inferred."""

import libcst as cst

from curate.defects.code import Code
from curate.defects.scopes import name_of
from curate.defects.words import PLAIN_TYPES, names

OF_NOTHING = names(
    "None Any object Optional Never NoReturn TypeGuard TypeIs Self Literal Annotated"
)
"""Parts of an annotation that admit None, or anything, or need more than names to tell."""


def parts(annotation: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The members of a union `a | b`, a lone type as itself."""
    if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
        return [*parts(annotation.left), *parts(annotation.right)]
    return [annotation]


def plain(annotation: cst.BaseExpression | None) -> str | None:
    """`list` for `list[str]`: the built-in type that an annotation names, None for any other."""
    if annotation is None:
        return None
    base = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    name = base.value if isinstance(base, cst.Name) else None
    return name if name in PLAIN_TYPES else None


def is_definite(code: Code, annotation: cst.BaseExpression) -> bool:
    """Whether a checker knows each type of an annotation, and None is none of them."""
    for part in parts(annotation):
        base = part.value if isinstance(part, cst.Subscript) else part
        if not isinstance(base, cst.Name):
            return False
        name = base.value
        is_variable = name.isupper() or name.endswith(("_co", "_contra", "T"))
        if name in OF_NOTHING or is_variable or not code.is_known_type(name):
            return False
    return True


def without_none(annotation: cst.BaseExpression) -> cst.BaseExpression | None:
    """`X` of `X | None` or `Optional[X]`; None where None is not said so."""
    if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
        return annotation.left if name_of(annotation.right) == "None" else None
    if isinstance(annotation, cst.Subscript) and len(annotation.slice) == 1:
        is_optional = (name_of(annotation.value) or "").rpartition(".")[2] == "Optional"
        inside = annotation.slice[0].slice
        if is_optional and isinstance(inside, cst.Index):
            return inside.value
    return None
