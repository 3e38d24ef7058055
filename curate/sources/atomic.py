"""Files and folders that appear whole or not at all, for any number of processes at once.

What is being written has a temporary name beside its target, `.tree.1763690000-4711-9f3a.tmp`,
whose number tells when it was begun: what a killed process left is recognised by its age.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

# Chosen by us, 2026-11-21: no download or unpacking of a source takes a day.
STALE_SECONDS = 24 * 60 * 60
_TEMPORARY = re.compile(r"\..+\.(\d+)-\d+-[0-9a-f]+\.(?:tmp|part)")


def temporary_beside(target: Path, suffix: str = "tmp") -> Path:
    """A name in `target`'s folder that no other process uses, and that `sweep` will know."""
    unique = f"{int(time.time())}-{os.getpid()}-{secrets.token_hex(4)}"
    return target.with_name(f".{target.name}.{unique}.{suffix}")


def write_whole(target: Path, content: bytes) -> None:
    """Replace the file `target` by `content` in one step, keeping its permissions."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(target)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def put_folder(made: Path, place: Path, is_whole: Callable[[Path], bool]) -> None:
    """Give a finished folder its name, unless another process was faster.

    What has the name and is not whole goes first; it stops being there before its successor comes.
    """
    if place.exists() and not is_whole(place):
        aside = temporary_beside(place)
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    try:
        made.rename(place)
    except OSError:
        if not is_whole(place):
            raise


def sweep(folder: Path) -> int:
    """Number of temporary files and folders removed from `folder`: those begun over a day ago."""
    oldest = time.time() - STALE_SECONDS
    stale = [
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := _TEMPORARY.fullmatch(path.name)) and int(match[1]) < oldest
    ]
    for path in stale:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)
