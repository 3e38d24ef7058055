"""Where SQL, templates, recipes and outputs lie: the user's project first, then what curate ships.

A project is the nearest folder at or above the working folder that holds `corpora/`. A file of the
project replaces the shipped file of the same name, so adding an intent is adding files.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from curate.errors import CurateError

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Project:
    """A folder with `corpora/` and perhaps `sql/` and `templates/`; `out` is what builds write."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> "Project":
        """The project of a folder. Raises CurateError where there is none."""
        for folder in (start, *start.parents):
            if (folder / "corpora").is_dir():
                return cls(folder)
        raise CurateError(
            str(start),
            "no folder `corpora` here or above",
            "run curate inside a project, or make one: mkdir corpora",
        )

    @property
    def out(self) -> Path:
        """The folder for the database and the exported datasets."""
        return self.root / "out"

    def shown(self, path: Path) -> str:
        """A path as commands in the project name it: relative where it lies in there."""
        whole = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
        for place, root in ((whole, self.root), (whole.resolve(), self.root.resolve())):
            if place.is_relative_to(root):
                return place.relative_to(root).as_posix()
        return str(whole)

    @cached_property
    def layers(self) -> tuple[Path, ...]:
        """Folders that are searched, the project's own first."""
        shipped = PACKAGE / "_share" if (PACKAGE / "_share").is_dir() else PACKAGE.parent
        return (self.root,) if self.root == shipped else (self.root, shipped)

    def files(self, folder: str, pattern: str) -> dict[str, Path]:
        """Files of a folder in all layers by their path in it, sorted; the project's win."""
        found: dict[str, Path] = {}
        for layer in reversed(self.layers):
            base = layer / folder
            found.update(
                {
                    path.relative_to(base).as_posix(): path
                    for path in base.glob(pattern)
                    if path.is_file()
                }
            )
        return dict(sorted(found.items()))

    def all_of(self, name: str) -> list[Path]:
        """A file of this name in every layer that has it, the project's own last."""
        paths = [layer / name for layer in reversed(self.layers)]
        return [path for path in paths if path.is_file()]

    def digest(self, folders: Iterable[str]) -> str:
        """sha256 over the names and bytes of all files under folders, as this project sees them.

        A folder may end in a pattern: 'templates/intents/*/code.jinja'.
        """
        digest = hashlib.sha256()
        for given in folders:
            folder, star, pattern = given.partition("/*")
            for name, path in self.files(folder, f"*{pattern}" if star else "**/*").items():
                digest.update(f"{folder}/{name}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def code_digest(names: Iterable[str]) -> str:
    """sha256 over curate's own modules: 'stages/scan.py', or a folder such as 'facts'."""
    digest = hashlib.sha256()
    for name in names:
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(PACKAGE).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
