"""What a class of a file has, as far as the file alone tells."""

import libcst as cst

from curate.defects.code import Code
from curate.defects.scopes import Scope, name_of
from curate.defects.words import PLAIN_BASES

DYNAMIC = frozenset({"__getattr__", "__getattribute__"})


def members(code: Code, scope: Scope) -> frozenset[str]:
    """The names that a class itself binds: in its body, and on the instance in its methods."""
    of_self = {
        name.rpartition(".")[2]
        for method, name in code.written_attributes
        if method.owner is scope and name.partition(".")[0] == method.self_name
    }
    return frozenset(scope.bound | of_self)


def is_closed(code: Code, scope: Scope, depth: int = 0) -> bool:
    """Whether all attributes of a class are known: no base from elsewhere, no `__getattr__`."""
    node = scope.node
    if not isinstance(node, cst.ClassDef) or DYNAMIC & scope.bound or depth > len(code.scopes):
        return False
    if any(keyword.keyword and keyword.keyword.value == "metaclass" for keyword in node.keywords):
        return False
    for arg in node.bases:
        base = arg.value.value if isinstance(arg.value, cst.Subscript) else arg.value
        name = (name_of(base) or "").rpartition(".")[2]
        own = [one for one in code.classes() if one.name == name]
        is_own_closed = bool(own) and is_closed(code, own[0], depth + 1)
        if not (is_own_closed or (name in PLAIN_BASES and not own)):
            return False
    return True
