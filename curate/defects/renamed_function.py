"""`renamed_function`: a function has a new name, and those who call it in the file do not know.

def read_page(path): ...  ->  def load_page(path): ...
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code
from curate.drawing import choose

VERBS = {
    "get": ("fetch", "load", "find"),
    "make": ("build", "create"),
    "create": ("make", "build"),
    "build": ("make", "create"),
    "parse": ("read", "decode"),
    "read": ("load", "parse"),
    "load": ("read", "fetch"),
    "write": ("save", "store"),
    "find": ("search", "locate"),
    "check": ("validate", "verify"),
    "validate": ("check", "verify"),
    "format": ("render", "print"),
    "render": ("format", "draw"),
    "convert": ("translate", "turn"),
    "add": ("append", "insert"),
    "remove": ("delete", "drop"),
    "resolve": ("find", "look_up"),
    "collect": ("gather", "list"),
    "update": ("change", "refresh"),
    "handle": ("process", "manage"),
    "normalize": ("clean", "canonicalize"),
    "generate": ("make", "produce"),
    "extract": ("pick", "take"),
    "compute": ("calculate", "derive"),
    "iter": ("walk", "each"),
    "prepare": ("set_up", "ready"),
    "encode": ("dump", "serialize"),
    "decode": ("parse", "load"),
    "determine": ("find", "decide"),
}


class RenamedFunction(Defect):
    """The definition of a module's function, not the calls in the same file."""

    name = "renamed_function"
    summary = "a function is renamed, and calls in its file keep the old name"
    reports: ClassVar[Reports] = {
        "typecheck": ("unresolved-reference",),
        "ruff_check": ("F821",),
        "pytest_run": (),
    }
    messages = (
        "Rename {name} to {planted}",
        "{name} is now {planted}",
        "Give {name} the name {planted}",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Functions defined once at the top, that functions of the file call by name."""
        uses: dict[str, list[int]] = {}
        for found in code.all(cst.Name):
            name = found.node.value
            if id(found.node) in code.stores or found.is_odd:
                continue
            if found.scope.is_function and code.binds(name, found.scope) is code.top:
                uses.setdefault(name, []).append(code.span(found.node)[0])
        exported = code.text.partition("__all__")[2]
        names = [scope.name for scope in code.scopes]
        for scope in code.functions():
            node, name = scope.node, scope.name
            if scope.parent is not code.top or names.count(name) > 1 or name not in uses:
                continue
            new = _renamed(code, name, seed)
            is_exported = f'"{name}"' in exported or f"'{name}'" in exported
            if new is None or is_exported or not isinstance(node, cst.FunctionDef):
                continue
            edit = Edit(*code.span(node.name), new)
            yield Site((edit,), uses[name][0], name, name, words={"planted": new})


def _renamed(code: Code, name: str, seed: int) -> str | None:
    """Another verb, or the name made private or public; None for a name that is taken."""
    bare = name.lstrip("_")
    verb, _, rest = bare.partition("_")
    if name.startswith("__"):
        return None
    underscore = name.removesuffix(bare)
    options = [f"{underscore}{other}_{rest}" for other in VERBS.get(verb, ()) if rest]
    options = options or [bare if underscore else f"_{bare}"]
    good = [option for option in options if option not in code.words]
    return choose(seed, "rename", name, good) if good else None


CASES = [
    Planted(
        "def read_page(path):\n    return path\n\n\ndef show(path):\n    return read_page(path)\n",
        "def load_page(path):\n    return path\n\n\ndef show(path):\n    return read_page(path)\n",
    ),
    Planted(
        "def show(path):\n    return _page(path)\n\n\n@cache\ndef _page(path):\n    return path\n",
        "def show(path):\n    return _page(path)\n\n\n@cache\ndef page(path):\n    return path\n",
    ),
    Untouched("def read_page(path):\n    return path\n"),
    Untouched(
        '__all__ = ["read_page"]\n\n\ndef read_page(p):\n    return p\n\n\n'
        "def show(p):\n    return read_page(p)\n"
    ),
    Untouched("class A:\n    def read_page(self):\n        return self.read_page()\n"),
]
