"""The defects: one file each here, and what packages bring as entry points of `curate.defects`."""

import hashlib
import importlib
import inspect
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from curate.defects.base import Defect
from curate.errors import CurateError


@cache
def all_defects() -> dict[str, Defect]:
    """Every defect by name, sorted; a second one of the same name is refused."""
    classes = [
        value
        for module in pkgutil.iter_modules(__path__)
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        if isinstance(value, type)
        and issubclass(value, Defect)
        and value.__module__.endswith(f".{module.name}")
        and value is not Defect
    ]
    classes += [_installed(entry) for entry in entry_points(group="curate.defects")]
    defects: dict[str, Defect] = {}
    for defect in sorted((cls() for cls in classes), key=lambda defect: defect.name):
        if defect.name in defects:
            modules = (type(defects[defect.name]).__module__, type(defect).__module__)
            raise CurateError(
                f"defect {defect.name}",
                f"is defined twice: {' and '.join(modules)}",
                "give one of them another name, or uninstall the package that brings it",
            )
        defects[defect.name] = defect
    return defects


def codes_of_defects() -> dict[str, str]:
    """The sha256 of each defect's module by the defect's name: packages bring some."""
    return {
        name: hashlib.sha256(Path(inspect.getfile(type(defect))).read_bytes()).hexdigest()
        for name, defect in all_defects().items()
    }


def _installed(entry: EntryPoint) -> type[Defect]:
    """The defect that an installed package brings. Raises CurateError when it brings none."""
    try:
        found = entry.load()
        wrong = None if isinstance(found, type) and issubclass(found, Defect) else "is no Defect"
    except (ImportError, AttributeError) as error:
        found, wrong = Defect, f"cannot be loaded: {error}"
    if wrong:
        raise CurateError(
            f"entry point {entry.name} of the group curate.defects",
            f"{entry.value} {wrong}",
            "name a subclass of curate.defects.base.Defect, or uninstall the package that brings "
            "it",
        )
    return found
