"""The defects: one file each here, and what packages bring as entry points of `curate.defects`."""

import hashlib
import inspect
from functools import cache
from pathlib import Path

from curate.defects.base import Defect
from curate.plugins import plugins


@cache
def all_defects() -> dict[str, Defect]:
    """Every defect by name, sorted; a second one of the same name is refused."""
    return plugins(__name__, Defect, "defect")


def codes_of_defects() -> dict[str, str]:
    """The sha256 of each defect's module by the defect's name: packages bring some."""
    return {
        name: hashlib.sha256(Path(inspect.getfile(type(defect))).read_bytes()).hexdigest()
        for name, defect in all_defects().items()
    }
