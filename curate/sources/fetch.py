"""A source brought into the cache: downloaded or copied, verified, unpacked; or found there.

    fetched = fetch(registry["flask"], Cache.open(), on_progress=console.downloading)
    fetched.tree / "src/flask/app.py"

A pinned source that is in the cache costs one stat a file; the network is not asked.
"""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import InvalidSdistFilename, parse_sdist_filename

from curate.sources.cache import Cache, FetchedSource
from curate.sources.source import GitSource, PathSource, PypiSource, Source, normal_form
from curate.sources.tree import TreeLimits, TreeWriter, content_sha256

if TYPE_CHECKING:
    from curate.sources.pypi import OnProgress, PackageIndex


def fetch(
    source: Source,
    cache: Cache,
    on_progress: "OnProgress | None" = None,
    *,
    root: Path | None = None,
    limits: TreeLimits | None = None,
) -> FetchedSource:
    """The source with its files in the cache.

    Relative paths of git and path sources start at `root`, by default the working folder.
    Raises CurateError when the source cannot be had, is not what was pinned, or breaks a limit.
    """
    root, limits = root or Path.cwd(), limits or TreeLimits()
    found = whole_tree(source, cache, root)
    if found:
        return found
    if isinstance(source, GitSource):
        return _committed(source, cache, root, limits)
    if isinstance(source, PathSource):
        return _snapshot(source, cache, root, limits)
    return _unpacked(source, cache, on_progress, limits)


def fetch_history(
    source: Source, cache: Cache, *, root: Path | None = None, limits: TreeLimits | None = None
) -> tuple[FetchedSource, ...]:
    """The releases before a PyPI source, the oldest first, with their files in the cache.

    Of a git source the history is in its mirror, which is in the cache then; a path source has
    none. What is there is not asked for again.
    """
    if isinstance(source, GitSource):
        from curate.sources.git import find_mirror, mirror

        if find_mirror(cache.git, source.name, source.commit) is None:
            mirror(source, cache, root or Path.cwd())
        return ()
    if not isinstance(source, PypiSource):
        return ()
    limits, before = limits or TreeLimits(), source.before()
    found = [whole_tree(past, cache) for past in before]
    if None not in found:
        return tuple(past for past in found if past)
    with open_index() as index:
        return tuple(
            there or _unpacked(past, cache, None, limits, index)
            for there, past in zip(found, before, strict=True)
        )


def whole_tree(source: Source, cache: Cache, root: Path | None = None) -> FetchedSource | None:
    """The source if all of it is in the cache already.

    A path source has no pin: its folder is read, and found if there is a snapshot of that content.
    """
    if isinstance(source, PathSource):
        from curate.sources.folder import content_of, files_of, open_folder

        folder = open_folder(source, root or Path.cwd())
        revision = content_of(folder, files_of(folder))
    else:
        revision = source.sha256 if isinstance(source, PypiSource) else source.commit
    return cache.whole_tree(source.name, version_of(source), revision)


def version_of(source: Source) -> str:
    """The version of a source in words: its release, its label, its short commit, or `local`."""
    if isinstance(source, GitSource):
        return source.version or source.commit[:12]
    if isinstance(source, PathSource):
        return source.version or "local"
    return source.version


def _unpacked(
    source: PypiSource,
    cache: Cache,
    on_progress: "OnProgress | None",
    limits: TreeLimits,
    index: "PackageIndex | None" = None,
) -> FetchedSource:
    from curate.sources.archive import unpack_into

    archive = verified(source, cache)
    if archive is None:
        with open_index() if index is None else nullcontext(index) as asked:
            release = asked.release(source.name, source.version, source.sha256, source.filename)
            archive = asked.download(release, cache.downloads, source.sha256, on_progress)
    return cache.keep_tree(
        source.name, source.version, source.sha256, lambda to: unpack_into(archive, to, limits)
    )


def open_index() -> "PackageIndex":
    """The index this user has chosen, open."""
    from curate.sources.index import chosen_index
    from curate.sources.pypi import PackageIndex

    return PackageIndex(chosen_index(os.environ, Path.cwd()))


def verified(source: PypiSource, cache: Cache) -> Path | None:
    """The archive from an earlier download; one that has changed since is removed."""
    folder = cache.downloads / source.sha256
    for archive in sorted(folder.iterdir()) if folder.is_dir() else ():
        if archive.name.startswith("."):
            continue
        if content_sha256(archive) == source.sha256:
            if _is_of(archive.name, source):
                return archive
            continue
        archive.unlink(missing_ok=True)
    return None


def _is_of(filename: str, source: PypiSource) -> bool:
    """Whether a file's name is that of the release: a pin may pair a hash with another version."""
    try:
        name, version = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return True  # it says nothing else
    return (normal_form(name), str(version)) == (source.name, source.version)


def _committed(source: GitSource, cache: Cache, root: Path, limits: TreeLimits) -> FetchedSource:
    from curate.sources.git import mirror, write_commit

    repository = mirror(source, cache, root)

    def write(folder: Path) -> None:
        writer = TreeWriter(folder, limits, f"{source.name} at {source.commit[:12]}", _GIT_FIX)
        write_commit(repository, source.commit, writer)

    return cache.keep_tree(source.name, version_of(source), source.commit, write)


def _snapshot(source: PathSource, cache: Cache, root: Path, limits: TreeLimits) -> FetchedSource:
    from curate.sources.folder import files_of, open_folder, write_snapshot

    folder = open_folder(source, root)

    def write(to: Path) -> None:
        writer = TreeWriter(to, limits, f"{source.name} ({source.path})", _PATH_FIX)
        write_snapshot(folder, files_of(folder), writer)

    return cache.keep_tree(source.name, version_of(source), None, write)


_GIT_FIX = "pin another commit"
_PATH_FIX = "have git ignore it, or name a smaller folder"
