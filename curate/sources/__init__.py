"""Sources: pinned releases of real projects, from their pins to unpacked trees in the cache.

`registry` reads and writes `corpora/sources.toml`, `fetch` brings a source into the `cache`, `pin`
finds and verifies a release. No code of a source is ever run or imported here.
"""

from curate.sources.cache import Cache, FetchedSource
from curate.sources.fetch import fetch, fetch_history, whole_tree
from curate.sources.pin import parse_requirement, pin
from curate.sources.registry import Registry, read_registry, write_source
from curate.sources.source import CATEGORIES, GitSource, PastRelease, PathSource, PypiSource, Source

__all__ = [
    "CATEGORIES",
    "Cache",
    "FetchedSource",
    "GitSource",
    "PastRelease",
    "PathSource",
    "PypiSource",
    "Registry",
    "Source",
    "fetch",
    "fetch_history",
    "parse_requirement",
    "pin",
    "read_registry",
    "whole_tree",
    "write_source",
]
