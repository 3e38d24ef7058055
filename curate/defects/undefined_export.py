"""`undefined_export`: `__all__` names what the module does not have.

__all__ = ["Tracker"]  ->  __all__ = ["Trakcer"]
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.defects.scopes import Scope, name_of
from curate.defects.words import typo

FEWEST, MOST = 1, 6  # public names that a written `__all__` lists
LONGEST = 88  # characters of the line that is written


class UndefinedExport(Defect):
    """A name of `__all__` is mistyped; a module without `__all__` gets one with such a name."""

    name = "undefined_export"
    summary = "__all__ lists a name that the module does not define"
    reports: ClassVar[Reports] = {"ruff_check": ("F822",)}
    messages = (
        "Export {name}",
        "Add {name} to __all__",
        "List {name} among the public names",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """The strings of `__all__`, or the line before the first definition."""
        if "__all__" not in code.top.bound:
            yield from _written(code, seed)
            return
        values = [
            found.node.value
            for found in code.all(cst.Assign)
            if found.scope is code.top and name_of(found.node.targets[0].target) == "__all__"
        ]
        if len(values) != 1 or not isinstance(values[0], cst.List | cst.Tuple):
            return
        for element in values[0].elements:
            if not isinstance(element.value, cst.SimpleString):
                continue
            name = element.value.raw_value
            mistyped = typo(name, code.words, seed) if name in code.top.bound else None
            if mistyped is not None:
                start, end = code.span(element.value)
                quoted = code.text[start:end].replace(name, mistyped)
                yield Site((Edit(start, end, quoted),), start, None, mistyped)


def _written(code: Code, seed: int) -> Iterator[Site]:
    """A new `__all__` between the imports and the first definition."""
    public = [scope for scope in code.scopes if _is_public(code, scope)]
    if not FEWEST <= len(public) <= MOST:
        return
    first = public[0].node
    starts = [code.span(found.node) for found in code.all(cst.Import, cst.ImportFrom)]
    plain = [span for span in starts if code.start_of_line(span[0]) == span[0]]
    if not plain or not isinstance(first, cst.ClassDef | cst.FunctionDef):
        return
    at = code.end_of_line(plain[-1][1])
    if any(scope.parent is code.top and code.span(scope.node)[0] < at for scope in code.scopes):
        return
    if code.text[at : at + 1] not in {"\n", "\r"}:
        return
    names = list(dict.fromkeys(scope.name for scope in public))  # overloads come several times
    for name in names:
        mistyped = typo(name, code.words, seed)
        if mistyped is not None:
            listed = ", ".join(f'"{mistyped if one == name else one}"' for one in names)
            at_next = code.end_of_line(at)
            line = f"__all__ = [{listed}]{code.newline}"
            if len(line) <= LONGEST:
                yield Site((Edit(at_next, at_next, line),), at_next, None, mistyped)


def _is_public(code: Code, scope: Scope) -> bool:
    return scope.parent is code.top and not scope.name.startswith("_")


CASES = [
    Planted(
        '__all__ = ["Tracker"]\n\n\nclass Tracker:\n    """Tracker"""\n',
        '__all__ = ["Traker"]\n\n\nclass Tracker:\n    """Tracker"""\n',
    ),
    Planted(
        "import os\n\n\ndef remove(path):\n    os.remove(path)\n",
        'import os\n\n__all__ = ["rmove"]\n\ndef remove(path):\n    os.remove(path)\n',
    ),
    Untouched('__all__ = [*names, "a"]\n'),
    Untouched('__all__ = ["elsewhere"]\n'),
    Untouched("import os\n\nLIMIT = 3\n"),
]
