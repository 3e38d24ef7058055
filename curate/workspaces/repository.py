"""Repositories beside trees: never a `.git` in a tree, and nothing of this user's settings.

    <cache>/workspaces/5b1f0c…/git/     HEAD, config, index, objects, refs

git never writes the index of these repositories: it is locked, since copies of a tree share it.
"""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

BRANCH = "refs/heads/main"
FILE, PROGRAM, LINK = 0o100644, 0o100755, 0o120000
_CONFIG = """[core]
	repositoryformatversion = 0
	bare = false
	fileMode = true
	logAllRefUpdates = false
	checkStat = minimal
	trustctime = false
	autocrlf = false
	protectHFS = false
	protectNTFS = false
"""
# Over every .gitattributes of a tree: bytes are compared as they are, and no filter is looked for.
_ATTRIBUTES = """* -text !eol -ident !filter !working-tree-encoding !diff !merge
*.py diff=python
*.pyi diff=python
"""


def write_skeleton(git_dir: Path, alternates: Iterable[Path] = ()) -> None:
    """Make a repository without commits that also reads the objects of `alternates`."""
    (git_dir / "objects" / "info").mkdir(parents=True)
    (git_dir / "refs" / "heads").mkdir(parents=True)
    (git_dir / "info").mkdir()
    (git_dir / "HEAD").write_text(f"ref: {BRANCH}\n")
    (git_dir / "config").write_text(_CONFIG)
    (git_dir / "info" / "attributes").write_text(_ATTRIBUTES)
    (git_dir / "index.lock").touch()
    if lines := [f"{path}\n" for path in alternates]:
        (git_dir / "objects" / "info" / "alternates").write_text("".join(lines))


def head_of(git_dir: Path) -> str:
    """The hash of the newest commit."""
    return (git_dir / BRANCH).read_text().strip()


def object_id_of(content: bytes) -> str:
    """The name that git gives a file's content."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def write_blob(git_dir: Path, content: bytes) -> str:
    """Keep a content in a repository; its name there."""
    object_id = object_id_of(content)
    path = git_dir / "objects" / object_id[:2] / object_id[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(f"blob {len(content)}\0".encode() + content))
    return object_id


def epoch_seconds(date: str) -> int:
    """'2024-04-07T19:26:08Z' as seconds since 1970."""
    return int(datetime.fromisoformat(date).timestamp())


def later(date: str, **passed: int) -> str:
    """A date in the same form, so much later: `later(date, days=1)`."""
    moment = datetime.fromisoformat(date) + timedelta(**passed)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
