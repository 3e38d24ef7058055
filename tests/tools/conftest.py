"""Small workspaces made of given files, and the fixture corpus as a workspace."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from curate.tools.base import Workspace

CORPUS = Path(__file__).parents[1] / "corpus"
Make = Callable[[Mapping[str, str | bytes]], Workspace]


@pytest.fixture
def make(tmp_path) -> Make:
    """Writes files by their paths and gives the workspace that holds them."""

    def made(files: Mapping[str, str | bytes]) -> Workspace:
        root = tmp_path / "workspace"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Workspace("made", root)

    return made


@pytest.fixture
def corpus() -> Workspace:
    """tests/corpus, where it lies."""
    return Workspace("corpus", CORPUS)


def fingerprint(root: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time of change and content of everything under a folder, links not followed."""
    found = {}
    for path in sorted(root.rglob("*")):
        stat = path.lstat()
        content = str(path.readlink()).encode() if path.is_symlink() else b""
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else content
        digest = hashlib.sha256(content).hexdigest()
        found[path.relative_to(root).as_posix()] = (stat.st_mode, stat.st_mtime_ns, digest)
    return found
