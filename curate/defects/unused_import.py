"""`unused_import`: an import that nothing uses is left over.

import os  ->  import json, and then import os
"""

from collections.abc import Iterator
from typing import ClassVar

import libcst as cst

from curate.defects.base import Defect, Edit, Planted, Reports, Site, Untouched
from curate.defects.code import Code, Found
from curate.defects.scopes import name_of
from curate.defects.words import LEFT_OVER
from curate.drawing import digest_of

OPTIONS = 4  # modules that a seed chooses among


class UnusedImport(Defect):
    """A module of the standard library, among the imports as a sorter would put it."""

    name = "unused_import"
    summary = "a module is imported and never used"
    reports: ClassVar[Reports] = {"ruff_check": ("F401",)}
    messages = (
        "Import {name}",
        "Add an import of {name}",
        "Make {name} available",
    )

    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Lines among the module's own plain imports, or right before its first other import."""
        imports = [
            found
            for found in code.all(cst.Import, cst.ImportFrom)
            if found.scope is code.top and _is_alone(code, found)
        ]
        future = [found for found in imports if _module(found) == "__future__"]
        rest = imports[len(future) :]
        if not rest:
            return
        fresh = [name for name in LEFT_OVER if name not in code.words]
        for name in sorted(fresh, key=lambda name: digest_of(seed, name))[:OPTIONS]:
            at = _place(code, rest, name)
            edit = Edit(at, at, f"import {name}{code.newline}")
            yield Site((edit,), at, None, name)


def _is_alone(code: Code, found: Found[cst.Import | cst.ImportFrom]) -> bool:
    """Whether an import is alone on its lines, at the left margin."""
    start, end = code.span(found.node)
    return code.start_of_line(start) == start and code.text[end : end + 1] in {"\n", "\r", " "}


def _module(found: Found[cst.Import | cst.ImportFrom]) -> str:
    node = found.node
    if isinstance(node, cst.ImportFrom):
        return "." * len(node.relative) + (name_of(node.module) or "")
    return name_of(node.names[0].name) or ""


def _place(code: Code, imports: list[Found[cst.Import | cst.ImportFrom]], name: str) -> int:
    """Where a sorter puts `import name`: among the plain imports at the top, else before all."""
    first = []
    for found in imports:
        if not isinstance(found.node, cst.Import):
            break
        first.append(found)
    before = [found for found in first if _module(found) < name]
    if before:
        return code.end_of_line(code.span(before[-1].node)[1])
    return code.span(imports[0].node)[0]


CASES = [
    Planted(
        '"""A module."""\n\nimport argparse\nimport zlib\n\nfrom a import b\n',
        '"""A module."""\n\nimport argparse\nimport time\nimport zlib\n\nfrom a import b\n',
    ),
    Planted(
        "from __future__ import annotations\r\n\r\nfrom a import b  # why\r\n",
        "from __future__ import annotations\r\n\r\nimport time\r\nfrom a import b  # why\r\n",
    ),
    Untouched("x = 1\n"),
    Untouched("from __future__ import annotations\n"),
    Untouched("def f():\n    import a\n"),
]
