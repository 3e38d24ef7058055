"""A workspace as a checker may see it: with nothing of this machine above it.

ruff and ty look for settings, ignore files and Python versions in every folder up to the root of
the file system. So they run in an empty folder that holds a link to the workspace, on paths through
that link, which no program follows upwards.

with alone(workspace) as place:
    ran = place.run([ruff, "check"], workspace.resolve("a.py"))  # ruff check -- curated_tree/a.py
    place.text(ran.stdout)  # without the folder, the link and where the workspace really lies
"""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from curate.errors import CurateError
from curate.tools.base import ToolError, Workspace
from curate.tools.programs import Limits, Ran, run_program

LINK = "curated_tree"
SETTINGS = ("pyproject.toml", "ruff.toml", ".ruff.toml", "ty.toml")
# ruff's JSON of all rules over fastapi is 23 MB (2026-11-21).
LIMITS = Limits(output_bytes=1 << 26, memory_bytes=1 << 32)


@dataclass(frozen=True)
class Place:
    """An empty folder with nothing but a link to the workspace in it."""

    folder: Path
    root: Path

    def run(self, argv: Sequence[str], target: Path) -> Ran:
        """What a checker prints of a file or folder of the workspace.

        Raises ToolError, with the checker's own words, when it does not end with status 0.
        """
        path = Path(LINK, target.relative_to(self.root))
        ran = run_program([*argv, "--", str(path)], self.folder, LIMITS)
        if ran.exit_status:
            raise ToolError(self._complaint(Path(argv[0]).name, ran.stderr))
        return ran

    def file(self, name: str) -> str | None:
        """A file's path relative to the workspace, or None when a link leads out of it."""
        path = self.folder / name
        if not path.resolve().is_relative_to(self.root):
            return None
        return path.relative_to(self.folder / LINK).as_posix()

    def text(self, text: str) -> str:
        """A message without this machine's paths."""
        for prefix in (f"{self.folder}/", f"{LINK}/", f"{self.root}/"):
            text = text.replace(prefix, "")
        return text.replace(str(self.folder), ".").replace(str(self.root), ".").replace(LINK, ".")

    def _complaint(self, program: str, stderr: str) -> str:
        """The first line of an error, and its causes where that line says only that it failed."""
        lines = [line.strip() for line in stderr.splitlines() if not line.startswith("warning:")]
        first = next((line for line in lines if line), f"{program} failed without a message")
        causes = [line.removeprefix("Cause: ") for line in lines if line.startswith("Cause: ")]
        return self.text(": ".join([first, *causes] if first == f"{program} failed" else [first]))


@contextmanager
def alone(workspace: Workspace) -> Generator[Place]:
    """A place to check a workspace in, gone afterwards.

    Raises CurateError when this machine's folder for temporary files has settings above it.
    """
    with tempfile.TemporaryDirectory(prefix="curate-") as made:
        folder, root = Path(made).resolve(), workspace.root.resolve()
        _refuse_settings_above(folder.parent)
        (folder / LINK).symlink_to(root, target_is_directory=True)
        yield Place(folder, root)


@cache
def _refuse_settings_above(folder: Path) -> None:
    for above in (folder, *folder.parents):
        for name in SETTINGS:
            if (above / name).is_file():
                raise CurateError(
                    str(above / name),
                    "would change what ruff and ty report of every source",
                    "set TMPDIR to a folder with no such file in it or above it",
                )
