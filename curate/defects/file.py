"""Every defect that one file has a place for: a pure function of the file, for any process.

plantings_of(FileTask("svcs@26.2.0", "src/svcs/flask.py", "/…/flask.py", ("svcs",), ("get",), 5))
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from curate.defects import all_defects
from curate.defects.base import Planting
from curate.defects.code import Code, CodeError
from curate.drawing import digest_of


class FileTask(NamedTuple):
    """One file to plant in: `file` is where it lies, `called` are names that its tests call."""

    source_id: str
    path: str
    file: str
    packages: tuple[str, ...]
    called: tuple[str, ...]
    seed: int


class FilePlantings(NamedTuple):
    """A file and one planting of each defect that fits."""

    source_id: str
    path: str
    text: str
    plantings: tuple[Planting, ...]


def plantings_in(tasks: Sequence[FileTask]) -> list[FilePlantings]:
    """Those of several files."""
    return [plantings_of(task) for task in tasks]


def plantings_of(task: FileTask) -> FilePlantings:
    """One planting of each defect that fits, in the code that tests call where it shows in them.

    None of a file that is not read.
    """
    try:
        text = Path(task.file).read_bytes().decode()
        return FilePlantings(task.source_id, task.path, text, _plantings(task, text))
    except (CodeError, UnicodeDecodeError, RecursionError):  # the last: nested without end
        return FilePlantings(task.source_id, task.path, "", ())


def _plantings(task: FileTask, text: str) -> tuple[Planting, ...]:
    code = Code(text, frozenset(task.packages))
    called = set(task.called)
    tested = [scope.name for scope in code.scopes if called & set(scope.name.split("."))]
    seed = int(digest_of(task.seed, task.path)[:8], 16)  # else each file had the same mistake
    found = [
        defect.plant_in(code, tested if "pytest_run" in defect.reports else (), seed)
        for defect in all_defects().values()
    ]
    return tuple(one for one in found if one is not None)
