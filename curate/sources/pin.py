"""A new pin: the newest release of a project, or a named one, downloaded and looked at.

The names of `curate sources pin flask` and `curate sources pin flask==3.1.3` are read here too.
Writing the pin down is `registry.write_source`.
"""

import re
from typing import TYPE_CHECKING

from curate.errors import CurateError
from curate.sources.cache import Cache
from curate.sources.fetch import fetch, fetch_history, open_index
from curate.sources.past import downloaded, history_of, release_date
from curate.sources.registry import Registry
from curate.sources.source import CATEGORIES, NOASSERTION, Category, PypiSource, normal_form

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage

    from curate.sources.pypi import OnProgress, PackageIndex


def parse_requirement(text: str) -> tuple[str, str | None]:
    """Name and version of `NAME` or `NAME==VERSION`, the name normalised."""
    match = re.fullmatch(
        r"([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])(?:==([^\s=,*]+))?",
        text.strip(),
    )
    if not match:
        raise CurateError(
            where="curate sources pin",
            what=f"{text!r} is not a pin\naccepted: NAME or NAME==VERSION",
            fix="curate sources pin flask==3.1.3",
        )
    return normal_form(match[1]), match[2]


def pin(
    name: str,
    version: str | None,
    registry: Registry,
    cache: Cache,
    *,
    category: str | None = None,
    on_progress: "OnProgress | None" = None,
) -> PypiSource:
    """The pin of `name` at `version`, by default its newest release that is for use.

    The sha256 is the index's, verified on the file; the licence is what the release states. The
    category is `category`, else that of the source as it stands in `registry`. The release and
    those of its history stay in the cache. Writes no file of the project.
    """
    name = normal_form(name)
    before = registry.sources.get(name)
    if before is not None and not isinstance(before, PypiSource):
        raise CurateError(
            where=f"{registry.path}: sources.{name}",
            what=f"is a {before.kind} source; only pypi sources are pinned by the index",
            fix="remove the table first, or edit it by hand",
        )
    category = _category(name, category or (before.category if before else None))
    with open_index() as index:
        sdist = index.release(name, version) if version else newest(index, name)
        sha256 = sdist.digests.get("sha256")
        if sha256 is None:
            raise CurateError(
                where=sdist.filename,
                what="the index publishes no sha256 for this file",
                fix="set another index by UV_DEFAULT_INDEX, or write the table by hand",
            )
        archive = downloaded(index, sdist, sha256, cache, on_progress)
        released = release_date(index, name, sdist, archive)
        history = history_of(index, name, sdist, released, cache)
    source = PypiSource(
        name=name,
        version=_normal_version(sdist),
        sha256=sha256,
        license_spdx=NOASSERTION,
        category=category,
        date=released,
        run_tests=before.run_tests if before else None,
        test_pins=before.test_pins if before else None,
        history=history,
    )
    from curate.sources.license import stated_license

    tree = fetch(source, cache, on_progress).tree
    fetch_history(source, cache)
    return source.model_copy(update={"license_spdx": stated_license(tree)})


def newest(index: "PackageIndex", name: str) -> "DistributionPackage":
    """The sdist of the newest version that is neither yanked nor a pre- or dev-release."""
    from curate.sources.pypi import release_version

    sdists = index.sdists(name)
    for sdist in reversed(sdists):
        version = release_version(sdist)
        if version and not version.is_prerelease and not sdist.is_yanked:
            return sdist
    shown = [str(release_version(sdist)) for sdist in reversed(sdists)][:5]
    raise CurateError(
        where=name,
        what="no release that is for use has an sdist\n"
        f"pre-releases and yanked ones: {', '.join(shown) or '(none)'}",
        fix=f"curate sources pin {name}=={shown[0]}" if shown else "use a git source",
    )


def _category(name: str, category: str | None) -> Category:
    for known in CATEGORIES:
        if category == known:
            return known
    raise CurateError(
        where=f"curate sources pin {name}",
        what=f"category is {category!r}" if category else "a new source needs a category",
        fix=f"add --category with one of {', '.join(CATEGORIES)}",
    )


def _normal_version(sdist: "DistributionPackage") -> str:
    from curate.sources.pypi import release_version

    return str(release_version(sdist))
