"""Where the trees of a corpus's sources lie on this machine, for the stages that read them."""

from pathlib import Path

from curate.errors import CurateError
from curate.store import Store


def trees_of(store: Store, corpus: str) -> dict[str, tuple[str, Path]]:
    """source_id -> (workspace_id, root) for each source of a corpus.

    A workspace is named by the content of its tree. Raises CurateError when a tree has gone from
    the cache.
    """
    from curate.sources import Cache

    cache = Cache.open()
    trees = {}
    for source_id, name, version, revision, tree_sha256 in store.query(
        """
        select source_id, name, version, revision, sources.tree_sha256
        from sources join corpus_sources using (source_id)
        where corpus = ? order by all
        """,
        [corpus],
    ):
        fetched = cache.whole_tree(name, version, revision)
        if fetched is None:
            raise CurateError(
                source_id,
                "its files have gone from the cache, or were edited there",
                f"run: curate build {corpus}",
            )
        trees[source_id] = (tree_sha256, fetched.tree)
    return trees
