"""Trees in a cache, made of given files, and git as a developer has it, to compare with."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from curate.sources import Cache
from curate.sources.cache import FetchedSource
from curate.sources.tree import TreeLimits, TreeWriter
from curate.workspaces.spec import Change, Release, WorkspaceSpec

# A content, a pair of "program" and a content, or one of "link" and a target.
Files = Mapping[str, str | bytes | tuple[str, str]]
OLD: Files = {
    "a.py": "x = 0\n",
    "gone.py": "old\n",
    "run": ("program", "#!/bin/sh\n"),
    "pkg/b.py": "y = 1\n",
}
NEW: Files = {
    "a.py": "x = 1\n",
    "run": ("program", "#!/bin/sh\n"),
    "pkg/b.py": "y = 1\n",
    "pkg/empty.py": "",
    "pkg/crlf.txt": b"one\r\ntwo\r\n",
    "pkg/raw.bin": b"\x00\xff\x00",
    "link": ("link", "pkg/b.py"),
    ".gitignore": "*.log\nbuild/\n",
    "kept.log": "ignored and released\n",
    ".gitattributes": "* text=auto eol=lf\n*.py filter=harm ident\n",
    'o"dd é\\.txt'.replace("\\", ""): "odd\n",
}
AUTHOR, OLD_DATE, NEW_DATE = "Renée Ada", "2024-04-07T19:26:08Z", "2025-01-02T03:04:05Z"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "cache")


@pytest.fixture
def tree(cache: Cache) -> Callable[[str, Files], FetchedSource]:
    """Puts files into the cache as the tree of a release of `tiny`."""

    def made(version: str, files: Files) -> FetchedSource:
        return cache.keep_tree("tiny", version, None, lambda to: write(to, files))

    return made


def write(folder: Path, files: Files) -> None:
    writer = TreeWriter(folder, TreeLimits(), where="tiny", fix="")
    for name, given in files.items():
        kind, content = given if isinstance(given, tuple) else ("file", given)
        raw = content.encode() if isinstance(content, str) else content
        if kind == "link":
            writer.link(name, str(content))
        else:
            writer.file(name, [raw], is_executable=kind == "program")
    writer.finish()


@pytest.fixture
def released(tree: Callable[[str, Files], FetchedSource]) -> tuple[WorkspaceSpec, dict[str, Path]]:
    """The spec of `tiny` 1.1 with 1.0 before it, and its trees."""
    old, new = tree("1.0", OLD), tree("1.1", NEW)
    spec = WorkspaceSpec(
        source_id="tiny@1.1",
        tree_sha256=new.tree_sha256,
        history=(
            Release(version="1.0", tree_sha256=old.tree_sha256, author=AUTHOR, date=OLD_DATE),
        ),
        author=AUTHOR,
        date=NEW_DATE,
    )
    return spec, {one.tree_sha256: one.tree for one in (old, new)}


def changed(spec: WorkspaceSpec, *changes: Change) -> WorkspaceSpec:
    return spec.model_copy(update={"changes": changes})


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """What git as a developer has it says, without settings of this machine's user."""
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1",
            **variables,
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout
