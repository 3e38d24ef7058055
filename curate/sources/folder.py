"""A folder of this machine, as a snapshot: what it holds now stays readable while it is edited.

Left out: what git ignores there, version control's and tools' own folders, and links that leave
the folder. The snapshot is named by its content, so an unchanged folder is copied only once.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from curate.errors import CurateError
from curate.sources.git import run_git
from curate.sources.source import PathSource
from curate.sources.tree import TreeWriter, content_sha256, is_executable, read_chunks, tree_sha256

LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", ".jj", ".venv", "venv", "node_modules", "__pycache__"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", ".eggs"),
    }
)


def open_folder(source: PathSource, root: Path) -> Path:
    """The absolute folder of `source`. Raises CurateError when there is none."""
    folder = (root / Path(source.path).expanduser()).resolve()
    if not folder.is_dir():
        raise CurateError(
            where=f"{source.name} ({source.path})",
            what="there is no such folder",
            fix=f"correct path of [sources.{source.name}] in corpora/sources.toml",
        )
    return folder


def files_of(folder: Path) -> list[str]:
    """Relative POSIX paths of the files and inner links that a snapshot takes, sorted."""
    paths = _not_ignored(folder) or _walked(folder)
    return sorted(path for path in paths if _is_taken(folder, path))


def content_of(folder: Path, paths: Iterable[str]) -> str:
    """The hash that the snapshot of `paths` has."""
    return tree_sha256((path, content_sha256(folder / path)) for path in paths)


def write_snapshot(folder: Path, paths: Iterable[str], writer: TreeWriter) -> None:
    """The files of `folder` at `paths`, through the rules of `writer`."""
    for path in paths:
        file = folder / path
        if file.is_symlink():
            writer.link(path, str(file.readlink()))
        else:
            writer.file(path, read_chunks(file), is_executable=is_executable(file))
    writer.finish()


def _not_ignored(folder: Path) -> list[str]:
    """What git tracks or would add there; nothing when `folder` is in no checkout, or ignored."""
    try:
        listing = run_git(
            *("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"),
            folder=folder,
        )
    except CurateError:  # no git here: the folders of LEFT_OUT are still left out
        return []
    said = listing.stderr.decode(errors="replace").strip()
    if listing.returncode and "not a git repository" not in said:
        raise CurateError(
            where=str(folder),
            what="git cannot tell which files it ignores there\n" + said,
            fix="see that `git status` works in that folder",
        )
    return [os.fsdecode(path) for path in listing.stdout.split(b"\0") if path]


def _walked(folder: Path) -> list[str]:
    paths = []
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        links = [name for name in folders if Path(above, name).is_symlink()]
        paths += [Path(above, name).relative_to(folder).as_posix() for name in files + links]
    return paths


def _is_taken(folder: Path, path: str) -> bool:
    file = folder / path
    if not LEFT_OUT.isdisjoint(Path(path).parts):
        return False
    if file.is_symlink():
        return not file.readlink().is_absolute() and file.resolve().is_relative_to(folder)
    return file.is_file()
