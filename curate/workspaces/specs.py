"""What the workspace of a source as it was released is made of, and where its trees lie.

base_spec(registry["flask"], fetched, fetch_history(registry["flask"], cache), cache.git)
WorkspaceSpec(source_id="flask@3.1.3", history=(Release(version="3.0.3", …), …), author="Pallets")
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from curate.errors import CurateError
from curate.sources.author import stated_author
from curate.sources.git import find_mirror, run_git
from curate.sources.source import GitSource, PypiSource, Source
from curate.tools.base import Workspace
from curate.tools.repository import shown_author, utc
from curate.workspaces.repository import later
from curate.workspaces.spec import Release, WorkspaceSpec

if TYPE_CHECKING:
    from curate.project import Project
    from curate.sources import FetchedSource
    from curate.stages.base import Build

# For what has no date of its own: a folder, and a pin that was written by hand.
UNDATED = "2026-01-01T00:00:00Z"


def base_spec(
    source: Source, fetched: "FetchedSource", past: Sequence["FetchedSource"], mirrors: Path
) -> WorkspaceSpec:
    """The spec of a source as it was released, `past` being what `fetch_history` gave.

    Reads the metadata of the trees, and of a git source its commit in the `mirrors`.
    """
    spec = WorkspaceSpec(
        source_id=f"{fetched.name}@{fetched.version}", tree_sha256=fetched.tree_sha256
    )
    if isinstance(source, GitSource):
        author, date = _of_commit(source, mirrors)
        return spec.model_copy(update={"commit": source.commit, "author": author, "date": date})
    if not isinstance(source, PypiSource):
        author = f"{source.name} maintainers"
        return spec.model_copy(update={"author": author, "date": UNDATED})
    history = tuple(
        Release(
            version=release.version,
            tree_sha256=there.tree_sha256,
            author=stated_author(there.tree, source.name),
            date=release.date,
        )
        for release, there in zip(source.history, past, strict=True)
    )
    after = later(history[-1].date, days=1) if history else UNDATED
    author, date = stated_author(fetched.tree, source.name), source.date or after
    return spec.model_copy(update={"history": history, "author": author, "date": date})


def _of_commit(source: GitSource, mirrors: Path) -> tuple[str, str]:
    """Author and date of the pinned commit."""
    mirror = find_mirror(mirrors, source.name, source.commit)
    if mirror is None:
        raise _gone(f"{source.name} at {source.commit[:12]}")
    words = ("log", "-1", "--no-mailmap", "--format=%an%x00%at", source.commit)
    said = run_git(*words, folder=mirror).stdout.decode("utf-8", "replace").strip()
    author, _, seconds = said.partition("\0")
    name = " ".join(shown_author(author).replace("<", " ").replace(">", " ").split())
    return name or f"{source.name} maintainers", utc(seconds)


def base_specs(build: "Build") -> dict[str, WorkspaceSpec]:
    """source_id -> spec of each of the corpus's sources as it was released."""
    specs = [base_spec(*found) for found in _in_cache(build)]
    return {spec.source_id: spec for spec in specs}


def trees_by_hash(build: "Build") -> dict[str, Path]:
    """tree_sha256 -> root, of every tree that workspaces of this corpus are made of."""
    return {
        there.tree_sha256: there.tree
        for _, fetched, past, _ in _in_cache(build)
        for there in (fetched, *past)
    }


def _in_cache(
    build: "Build",
) -> "Iterator[tuple[Source, FetchedSource, list[FetchedSource], Path]]":
    """Each source of the corpus, its tree, those of its history, and the cache's mirrors.

    Raises CurateError for a tree that has gone from the cache.
    """
    from curate.sources import Cache, read_registry, whole_tree

    cache = Cache.open()
    registry = read_registry(*build.project.all_of("corpora/sources.toml"))
    for name in build.recipe.sources:
        source = registry[name]
        past = source.before() if isinstance(source, PypiSource) else []
        found = [whole_tree(one, cache, build.project.root) for one in (source, *past)]
        there = [one for one in found if one]
        if len(there) < len(found):
            raise _gone(name)
        yield source, there[0], there[1:], cache.git


def _gone(where: str) -> CurateError:
    return CurateError(
        where, "its files have gone from the cache, or were edited there", "run the build again"
    )


def workspace_of_source(project: "Project", name: str) -> Workspace:
    """A pinned source as it was released, fetched and made where it is not there yet."""
    found = _fetched(project, name)
    return _made(found.spec, found)


def workspace_of_store(project: "Project", workspace_id: str) -> Workspace:
    """A workspace of a built corpus by its id, or by how that begins.

    Raises CurateError when there is none, or there are several.
    """
    from curate.store import Store

    with Store.open(project, read_only=True) as store:
        rows = store.query(
            "select spec from workspaces where starts_with(workspace_id, ?) limit 2",
            [workspace_id],
        )
    if len(rows) != 1:
        raise CurateError(
            f"workspace {workspace_id}",
            "several begin like this" if rows else "is not known here",
            'find one: curate sql "select workspace_id, source_id from workspaces"',
        )
    spec = WorkspaceSpec.model_validate_json(rows[0][0])
    return _made(spec, _fetched(project, spec.source_id.partition("@")[0]))


class _Fetched(NamedTuple):
    """A source with all that its workspaces are made of."""

    spec: WorkspaceSpec
    trees: dict[str, Path]
    cache_root: Path
    environment: Path | None


def _fetched(project: "Project", name: str) -> _Fetched:
    from curate.environments import environment_of
    from curate.sources import Cache, fetch, fetch_history, read_registry

    cache = Cache.open()
    source = read_registry(*project.all_of("corpora/sources.toml"))[name]
    fetched = fetch(source, cache, root=project.root)
    past = fetch_history(source, cache, root=project.root)
    trees = {there.tree_sha256: there.tree for there in (fetched, *past)}
    environment = environment_of(source, fetched, cache)
    return _Fetched(base_spec(source, fetched, past, cache.git), trees, cache.root, environment)


def _made(spec: WorkspaceSpec, found: _Fetched) -> Workspace:
    from curate.workspaces.make import make

    return replace(make(spec, found.trees, found.cache_root), environment=found.environment)
