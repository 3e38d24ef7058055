"""Copies of a tree that share its unchanged files, and the files written into them.

A copy is made of hard links, so it costs no content; what differs is always a new file, never
written through a link of either kind.
"""

import os
import shutil
from collections.abc import Container, Mapping
from pathlib import Path
from typing import NamedTuple

from curate.sources.tree import FILE_TIME_SECONDS, walk

# A day after the time of a source's own files: git sees by it which ones to compare.
WRITTEN_TIME_SECONDS = FILE_TIME_SECONDS + 24 * 60 * 60


def link_tree(source: Path, target: Path, without: Container[str] = ()) -> None:
    """Make the folder `target` with the files of `source`, but for those `without`, as links.

    Where the file system cannot link, files are copied with their times.
    """
    target.mkdir()
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(source / folder) as entries:
            for entry in entries:
                path = folder + entry.name
                if entry.is_symlink():
                    if path not in without:
                        (target / path).symlink_to(Path(entry).readlink())
                elif entry.is_dir():
                    (target / path).mkdir()
                    folders.append(f"{path}/")
                elif entry.is_file() and path not in without:
                    _link(entry.path, f"{target}/{path}")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another device, too many links, or a system that has none
        shutil.copy2(source, target)


def write_files(root: Path, contents: Mapping[str, str], executable: Container[str] = ()) -> None:
    """Write new files under `root`, none of which may be there; folders are made."""
    for path, content in contents.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as new:
            new.write(content.encode())
        file.chmod(0o755 if path in executable else 0o644)
        os.utime(file, (WRITTEN_TIME_SECONDS, WRITTEN_TIME_SECONDS))


class Tally(NamedTuple):
    """How many files a tree has, and of how many bytes."""

    count_files: int
    size_bytes: int


def tally(root: Path) -> Tally | None:
    """The tally of a tree; None when it is not there or a file has a time that we never set."""
    count_files = size_bytes = 0
    try:
        for _, entry in walk(root):
            status = entry.stat(follow_symlinks=False)
            is_ours = status.st_mtime in (FILE_TIME_SECONDS, WRITTEN_TIME_SECONDS)
            if not is_ours and not entry.is_symlink():
                return None
            count_files += 1
            size_bytes += status.st_size
    except FileNotFoundError:
        return None
    return Tally(count_files, size_bytes)
