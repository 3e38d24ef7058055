"""The cache of this user: downloads, unpacked trees, git mirrors. All of it can be made again.

    <root>/downloads/<sha256>/flask-3.1.3.tar.gz
    <root>/trees/flask-3.1.3-0ef0e52b8a9c/          and beside it   flask-3.1.3-0ef0e52b8a9c.json
    <root>/git/svcs-4f1d0a92c3be.git/
    <root>/workspaces/5b1f0c…/                      see curate.workspaces

A tree is whole iff its json says what stands there; the json comes first and the tree follows in
one rename, so that builds running at once, or killed, never show each other half a tree.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from curate.errors import CurateError
from curate.sources.atomic import put_folder, sweep, temporary_beside, write_whole
from curate.sources.tree import FILE_TIME_SECONDS, content_sha256, tree_sha256, walk


@dataclass(frozen=True)
class FetchedSource:
    """A source whose files lie in `tree`.

    `revision` is the sha256 of the sdist, the commit, or the tree's own hash for a path source;
    `tree_sha256` is over the sorted (relative path, sha256 of the content) of its files.
    """

    name: str
    version: str
    revision: str
    tree: Path
    tree_sha256: str


@dataclass(frozen=True)
class _Marker:
    """What the json beside a tree says. `count_files` and `size_bytes` are looked at each time."""

    revision: str
    tree_sha256: str
    count_files: int
    size_bytes: int


@dataclass(frozen=True)
class Cache:
    """The folders of one cache."""

    root: Path

    @classmethod
    def open(cls, root: Path | None = None) -> "Cache":
        """The cache at `root`, else at $CURATE_CACHE, else in the user's cache folder.

        Removes what killed builds left there more than a day ago.
        """
        if root is None:
            root = Path(os.environ.get("CURATE_CACHE") or _user_cache())
        cache = cls(root.expanduser().absolute())
        try:
            for folder in (cache.downloads, cache.trees, cache.git, cache.workspaces):
                folder.mkdir(parents=True, exist_ok=True)
                sweep(folder)
            for folder in cache.downloads.iterdir():
                sweep(folder)  # the parts lie where the whole file will
        except OSError as error:
            raise CurateError(
                where=str(cache.root),
                what=f"the cache cannot be made there: {error.strerror}",
                fix="set CURATE_CACHE to a folder that you may write",
            ) from None
        return cache

    @property
    def downloads(self) -> Path:
        """Verified archives, each in a folder called by its sha256."""
        return self.root / "downloads"

    @property
    def trees(self) -> Path:
        """Unpacked trees and their markers."""
        return self.root / "trees"

    @property
    def git(self) -> Path:
        """Bare mirrors."""
        return self.root / "git"

    @property
    def workspaces(self) -> Path:
        """Workspaces that were made, each in a folder called by its id."""
        return self.root / "workspaces"

    def tree(self, name: str, version: str, revision: str) -> Path:
        """The folder of a source that was fetched. Raises CurateError when it has gone since."""
        tree = self._tree(name, version, revision)
        if not tree.is_dir():
            raise CurateError(
                where=str(tree),
                what=f"the files of {name} {version} are no longer in the cache",
                fix="run the build again; it fetches what is missing",
            )
        return tree

    def _tree(self, name: str, version: str, revision: str) -> Path:
        return self.trees / f"{name}-{version}-{revision[:12]}"

    def whole_tree(self, name: str, version: str, revision: str) -> FetchedSource | None:
        """The tree of a source when it is whole and untouched, without reading its files."""
        tree = self._tree(name, version, revision)
        marker = _read_marker(tree)
        if marker is None or marker.revision != revision or not _is_untouched(tree, marker):
            return None
        return FetchedSource(name, version, revision, tree, marker.tree_sha256)

    def keep_tree(
        self,
        name: str,
        version: str,
        revision: str | None,
        write: Callable[[Path], None],
    ) -> FetchedSource:
        """The tree that `write` makes in an empty folder, put into its place whole.

        Without a `revision` the tree's own hash is the revision.
        """
        temporary = temporary_beside(self.trees / f"{name}-{version}")
        temporary.mkdir(parents=True)
        try:
            write(temporary)
            files = list(walk(temporary))
            hashed = tree_sha256((path, content_sha256(Path(entry))) for path, entry in files)
            marker = _Marker(
                revision=revision or hashed,
                tree_sha256=hashed,
                count_files=len(files),
                size_bytes=sum(entry.stat(follow_symlinks=False).st_size for _, entry in files),
            )
            tree = self._tree(name, version, marker.revision)
            self._place(temporary, tree, marker)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return FetchedSource(name, version, marker.revision, tree, hashed)

    def _place(self, temporary: Path, tree: Path, marker: _Marker) -> None:
        if tree.exists() and _read_marker(tree) == marker and _is_untouched(tree, marker):
            return  # another build was faster
        write_whole(_marker_path(tree), json.dumps(asdict(marker), indent=1).encode())
        put_folder(temporary, tree, lambda there: _is_untouched(there, marker))


def _user_cache() -> str:
    from platformdirs import user_cache_dir

    return user_cache_dir("curate")


def _marker_path(tree: Path) -> Path:
    return tree.with_name(f"{tree.name}.json")


def _read_marker(tree: Path) -> _Marker | None:
    try:
        return _Marker(**json.loads(_marker_path(tree).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _is_untouched(tree: Path, marker: _Marker) -> bool:
    """Whether number, sizes and times of the files are those of the day they were unpacked.

    One stat a file: 3,856 files in 15 ms, where hashing them takes 80 with a warm disk.
    """
    count_files = size_bytes = 0
    try:
        for _, entry in walk(tree):
            status = entry.stat(follow_symlinks=False)
            if not entry.is_symlink() and status.st_mtime != FILE_TIME_SECONDS:
                return False
            count_files += 1
            size_bytes += status.st_size
    except FileNotFoundError:
        return False
    return (count_files, size_bytes) == (marker.count_files, marker.size_bytes)
