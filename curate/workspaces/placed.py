"""Workspaces of a corpus put on disk, for the stages that call tools in them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from curate.errors import CurateError
from curate.stages.base import Build
from curate.tools.base import Workspace
from curate.workspaces.spec import WorkspaceSpec


class Wanted(NamedTuple):
    """A workspace to make: its spec as JSON, where the trees that it names lie, and the cache."""

    spec: str
    trees: Mapping[str, Path]
    cache_root: Path


def workspaces_of(
    build: Build, ids: Iterable[str], *, cache_root: Path | None = None
) -> dict[str, Workspace]:
    """The workspaces of these ids, made where they are not there yet.

    They lie in the cache, or in `cache_root`. Raises CurateError for an id that the store does not
    know.
    """
    from curate.sources import Cache
    from curate.workspaces.specs import trees_by_hash

    wanted = sorted(set(ids))
    rows = build.store.query(
        "select workspace_id, source_id, spec from workspaces where workspace_id in "
        "(select unnest(?::varchar[])) order by all",
        [wanted],
    )
    if missing := set(wanted) - {row[0] for row in rows}:
        raise CurateError(
            f"workspace {min(missing)}",
            "is not known here any more",
            f"run: curate build {build.corpus} --again",
        )
    trees = trees_by_hash(build)
    root = cache_root or Cache.open().root
    items = [Wanted(spec, trees, root) for _, _, spec in rows]
    environments = environments_of(build)
    made = build.executor.map(make_workspace, items)
    return {
        row[0]: replace(workspace, environment=environments.get(row[1]))
        for row, workspace in zip(rows, made, strict=True)
    }


def environments_of(build: Build) -> dict[str, Path | None]:
    """source_id -> the virtual environment of its tests; None where its pin does not want one.

    One that is not there yet is built.
    """
    from curate.environments import environment_of
    from curate.sources import Cache, read_registry, whole_tree

    cache = Cache.open()
    registry = read_registry(*build.project.all_of("corpora/sources.toml"))
    found: dict[str, Path | None] = {}
    for done, name in enumerate(build.recipe.sources):
        fetched = whole_tree(registry[name], cache, build.project.root)
        if fetched is not None:
            build.progress(done, len(build.recipe.sources), f"environment of {name}")
            source_id = f"{fetched.name}@{fetched.version}"
            found[source_id] = environment_of(registry[name], fetched, cache)
    return found


def changed(build: Build, places: Mapping[str, Workspace]) -> list[str]:
    """The ids of workspaces whose files are no longer those that they were made with."""
    from curate.workspaces.make import is_whole
    from curate.workspaces.specs import trees_by_hash

    try:
        sound = set(trees_by_hash(build).values())
    except CurateError:  # a source's own tree is not
        sound = set()
    return sorted(
        workspace_id
        for workspace_id, place in places.items()
        if place.root not in sound and not is_whole(place.root.parent)
    )


def make_workspace(wanted: Wanted) -> Workspace:
    """One workspace on disk."""
    from curate.workspaces.make import make

    return make(WorkspaceSpec.model_validate_json(wanted.spec), wanted.trees, wanted.cache_root)
