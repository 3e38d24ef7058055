"""Sources: each pinned release of a recipe, unpacked in the cache."""

from typing import Any

from curate.sources.registry import Registry, read_registry
from curate.stages.base import Build, Contract, StageReport

REGISTRY = "corpora/sources.toml"


def pins(build: Build) -> list[Any]:
    """What fixes each source, and the hash of its tree as it lies in the cache, or None."""
    from curate.sources import Cache, whole_tree

    registry, cache = read(build), Cache.open()
    found = [
        (registry[name], whole_tree(registry[name], cache, build.project.root))
        for name in build.recipe.sources
    ]
    return [(source.model_dump(mode="json"), tree and tree.tree_sha256) for source, tree in found]


CONTRACT = Contract(code=("sources",), keys=("sources",), versions=pins)


def read(build: Build) -> Registry:
    """The pins of this project: those that are shipped, and over them its own."""
    return read_registry(*build.project.all_of(REGISTRY))


def fetch(build: Build) -> StageReport:
    """Reads corpora/sources.toml; writes sources and corpus_sources. Trees go to the cache."""
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
