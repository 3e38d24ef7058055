"""Classes that a room holds one a file of, and those that packages bring as entry points.

plugins("curate.tools", Tool, "tool")  ->  {"find_references": FindReferences(), …}
"""

import importlib
import pkgutil
from importlib.metadata import EntryPoint, entry_points
from typing import ClassVar, Protocol, TypeVar

from curate.errors import CurateError


class Named(Protocol):
    """What has a name of its own."""

    name: ClassVar[str]


One = TypeVar("One", bound=Named)


def plugins(room: str, base: type[One], word: str) -> dict[str, One]:
    """One of each subclass of `base` by name, sorted: in the room's modules, and installed.

    `room` is a package of ours and the group of the entry points. Raises CurateError for a name
    that is used twice, and for an entry point that brings no subclass.
    """
    classes = [*_shipped(room, base)]
    classes += [_installed(entry, room, base) for entry in entry_points(group=room)]
    found: dict[str, One] = {}
    for one in sorted((cls() for cls in classes), key=lambda one: one.name):
        if one.name in found:
            modules = (type(found[one.name]).__module__, type(one).__module__)
            raise CurateError(
                f"{word} {one.name}",
                f"is defined twice: {' and '.join(modules)}",
                "give one of them another name, or uninstall the package that brings it",
            )
        found[one.name] = one
    return found


def _shipped(room: str, base: type[One]) -> list[type[One]]:
    """The subclasses that the room's own modules define."""
    modules = [
        importlib.import_module(f"{room}.{module.name}")
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__)
    ]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and value.__module__ == module.__name__
        and value is not base
    ]


def _installed(entry: EntryPoint, room: str, base: type[One]) -> type[One]:
    """The class that an installed package brings."""
    try:
        found = entry.load()
        is_one = isinstance(found, type) and issubclass(found, base)
        wrong = None if is_one else f"is no {base.__name__}"
    except (ImportError, AttributeError) as error:
        found, wrong = base, f"cannot be loaded: {error}"
    if wrong:
        raise CurateError(
            f"entry point {entry.name} of the group {room}",
            f"{entry.value} {wrong}",
            f"name a subclass of {base.__module__}.{base.__name__}, or uninstall the package that "
            "brings it",
        )
    return found
