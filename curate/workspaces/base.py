"""The repository of a source as it was released: what all workspaces of that source build upon.

PyPI sources: a commit for each earlier release, then the pinned one. Git sources: their own
commits, read from the mirror. Path sources: one commit.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from curate.errors import CurateError
from curate.sources.git import find_mirror, run_git
from curate.sources.tree import FILE_TIME_SECONDS, is_executable, walk
from curate.workspaces.fast_import import Commit, FastImport
from curate.workspaces.git_index import SUBMODULE, Entry, index_bytes
from curate.workspaces.repository import BRANCH, FILE, LINK, PROGRAM, write_skeleton
from curate.workspaces.spec import WorkspaceSpec

TreeOf = Callable[[str], Path]  # the root of the tree with this sha256


def write_base(git_dir: Path, spec: WorkspaceSpec, tree_of: TreeOf) -> None:
    """Write the repository of a spec without changes; its index fits the source's own tree.

    The mirror of a git source is looked for in the cache that its tree lies in.
    """
    if spec.commit is None:
        write_skeleton(git_dir)
        entries = _import_releases(git_dir, spec, tree_of)
    else:
        mirrors = tree_of(spec.tree_sha256).parents[1] / "git"
        mirror = find_mirror(mirrors, spec.source_id.partition("@")[0], spec.commit)
        if mirror is None:
            raise CurateError(
                where=spec.source_id,
                what="its repository has gone from the cache",
                fix="run the build again; it fetches what is missing",
            )
        write_skeleton(git_dir, alternates=[objects_beside(git_dir, mirror / "objects")])
        if (mirror / "shallow").is_file():  # its oldest commits name parents that are not there
            (git_dir / "shallow").write_bytes((mirror / "shallow").read_bytes())
        (git_dir / BRANCH).write_text(f"{spec.commit}\n")
        entries = list(_committed(mirror, spec.commit))
    (git_dir / "index").write_bytes(index_bytes(entries))


def objects_beside(git_dir: Path, objects: Path) -> Path:
    """How `git_dir` names the objects of another repository of this cache, wherever that lies."""
    here = os.path.realpath(git_dir / "objects")  # links above would lead git elsewhere
    return Path(os.path.relpath(os.path.realpath(objects), here))


def _import_releases(git_dir: Path, spec: WorkspaceSpec, tree_of: TreeOf) -> list[Entry]:
    """Commit each release; the entries of the last one."""
    name, _, version = spec.source_id.partition("@")
    title = f"Release {version}" if spec.history else f"Import of {name}"
    releases = [
        *((f"Release {past.version}", past.author, past.date, past) for past in spec.history),
        (title, spec.author, spec.date, spec),
    ]
    entries: list[Entry] = []
    with FastImport(git_dir) as importer:
        for message, author, date, release in releases:
            entries = list(_kept(importer, tree_of(release.tree_sha256)))
            files = [(entry.mode, entry.object_id, entry.path) for entry in entries]
            importer.commit(Commit(message, author, date, files))
    return entries


def _kept(importer: FastImport, root: Path) -> Iterator[Entry]:
    """Every file and link of a tree, kept in the repository, sorted."""
    for path, entry in sorted(walk(root), key=lambda pair: pair[0]):
        file = Path(entry)
        if entry.is_symlink():
            yield Entry(path, LINK, importer.blob(os.fsencode(file.readlink())))
            continue
        content = file.read_bytes()
        mode = PROGRAM if is_executable(file) else FILE
        yield Entry(path, mode, importer.blob(content), len(content), FILE_TIME_SECONDS)


def _committed(mirror: Path, commit: str) -> Iterator[Entry]:
    """Every file, link and submodule of a commit."""
    listing = run_git("ls-tree", "-r", "-z", "--long", "--full-tree", commit, folder=mirror)
    listing.check_returncode()
    for line in listing.stdout.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        digits, _, object_id, size = about.decode().split()
        path, mode = name.decode("utf-8", "surrogateescape"), int(digits, 8)
        if mode in (LINK, SUBMODULE):
            yield Entry(path, mode, object_id)
        else:  # old commits also have 0o100664
            mode = PROGRAM if mode & 0o100 else FILE
            yield Entry(path, mode, object_id, int(size), FILE_TIME_SECONDS)
