"""Sources: each pinned release of a recipe, and those before it, unpacked in the cache."""

from typing import TYPE_CHECKING, Any

from curate.sources.registry import Registry, read_registry
from curate.stages.base import Build, Contract, StageReport

if TYPE_CHECKING:
    from curate.sources import Cache, Source

REGISTRY = "corpora/sources.toml"
DOWNLOADS_AT_ONCE = 4  # histories: small files, most of whose time is an index's answer


def pins(build: Build) -> list[Any]:
    """What fixes each source, and the hashes of its trees as they lie in the cache, or None."""
    from curate.sources import Cache, whole_tree
    from curate.sources.git import find_mirror

    registry, cache = read(build), Cache.open()
    found = []
    for source in (registry[name] for name in build.recipe.sources):
        trees = [whole_tree(source, cache, build.project.root)]
        if source.kind == "pypi":
            trees += [whole_tree(past, cache) for past in source.before()]
        is_mirrored = source.kind != "git" or find_mirror(cache.git, source.name, source.commit)
        hashes = [tree and tree.tree_sha256 for tree in trees]
        found.append((source.model_dump(mode="json"), hashes, bool(is_mirrored)))
    return found


CONTRACT = Contract(code=("sources",), keys=("sources",), versions=pins)


def read(build: Build) -> Registry:
    """The pins of this project: those that are shipped, and over them its own."""
    return read_registry(*build.project.all_of(REGISTRY))


def fetch(build: Build) -> StageReport:
    """Reads corpora/sources.toml; writes sources and corpus_sources. Trees go to the cache.

    So do those of the releases before each source, which its workspaces' histories are made of.
    """
    import polars as pl

    from curate.sources import Cache
    from curate.sources import fetch as fetch_source

    registry, cache = read(build), Cache.open()
    rows = []
    for name in build.recipe.sources:
        source = registry[name]
        fetched = fetch_source(
            source,
            cache,
            root=build.project.root,
            on_progress=lambda done, total, name=name: build.progress(done, total or 0, name),
        )
        rows.append(
            {
                "source_id": f"{fetched.name}@{fetched.version}",
                "name": fetched.name,
                "version": fetched.version,
                "kind": source.kind,
                "revision": fetched.revision,
                "tree_sha256": fetched.tree_sha256,
                "license_spdx": source.license_spdx,
                "category": source.category,
            }
        )
    _fetch_histories(build, [registry[name] for name in build.recipe.sources], cache)
    with build.store.transaction():
        frame = pl.DataFrame(rows)
        for row in rows:
            build.store.connection.execute(
                "delete from sources where source_id = ?", [row["source_id"]]
            )
        build.store.insert("sources", frame)
        build.store.replace(
            "corpus_sources",
            frame.select(pl.lit(build.corpus).alias("corpus"), "source_id"),
            {"corpus": build.corpus},
        )
    return StageReport("fetch", len(rows), len(rows))


def _fetch_histories(build: Build, sources: "list[Source]", cache: "Cache") -> None:
    """Bring what was released before each source, several sources at once."""
    from concurrent.futures import ThreadPoolExecutor

    from curate.sources import fetch_history

    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as threads:
        fetched = threads.map(
            lambda source: fetch_history(source, cache, root=build.project.root), sources
        )
        for done, _ in enumerate(fetched, start=1):
            build.progress(done, len(sources), "earlier releases")
