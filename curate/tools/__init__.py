"""The tools: one file each here, and what packages bring as entry points of `curate.tools`."""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from curate.errors import CurateError
from curate.tools.base import Tool


@cache
def all_tools() -> dict[str, Tool]:
    """Every tool by name, sorted; a second tool of the same name is refused."""
    classes = [
        value
        for module in pkgutil.iter_modules(__path__)
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        if isinstance(value, type)
        and issubclass(value, Tool)
        and value.__module__.endswith(f".{module.name}")
        and value is not Tool
    ]
    classes += [_installed(entry) for entry in entry_points(group="curate.tools")]
    tools: dict[str, Tool] = {}
    for tool in sorted((cls() for cls in classes), key=lambda tool: tool.name):
        if tool.name in tools:
            modules = (type(tools[tool.name]).__module__, type(tool).__module__)
            raise CurateError(
                f"tool {tool.name}",
                f"is defined twice: {' and '.join(modules)}",
                "give one of them another name, or uninstall the package that brings it",
            )
        tools[tool.name] = tool
    return tools


def _installed(entry: EntryPoint) -> type[Tool]:
    """The tool that an installed package brings. Raises CurateError when it brings none."""
    try:
        found = entry.load()
        wrong = None if isinstance(found, type) and issubclass(found, Tool) else "is no Tool"
    except (ImportError, AttributeError) as error:
        found, wrong = Tool, f"cannot be loaded: {error}"
    if wrong:
        raise CurateError(
            f"entry point {entry.name} of the group curate.tools",
            f"{entry.value} {wrong}",
            "name a subclass of curate.tools.base.Tool, or uninstall the package that brings it",
        )
    return found
