import tomllib
from pathlib import Path
from types import MappingProxyType

import pytest

from curate.errors import CurateError
from curate.sources import (
    Cache,
    PastRelease,
    PathSource,
    PypiSource,
    Registry,
    fetch,
    parse_requirement,
    pin,
    read_registry,
    write_source,
)
from curate.sources.fetch import open_index
from curate.sources.past import downloaded, release_date
from curate.sources.pypi import PackageIndex

from .conftest import PKG_INFO, FakeIndex, sdist

EMPTY = Registry(Path("sources.toml"), MappingProxyType({}))


def test_a_pin_names_the_newest_release_that_is_for_use(
    fake_index: FakeIndex, cache: Cache
) -> None:
    digests = {
        version: fake_index.add(f"tiny-{version}.tar.gz", sdist(version=version))
        for version in ("1.9", "1.10", "1.11", "2.0.dev1", "2.0rc1")
    }
    fake_index.yanked = {"tiny-1.11.tar.gz"}
    assert pin("Tiny", None, EMPTY, cache, category="cli") == PypiSource(
        name="tiny",
        version="1.10",
        sha256=digests["1.10"],
        license_spdx="MIT",
        category="cli",
        date="1970-01-01T00:00:00Z",
        history=(PastRelease(version="1.9", date="1970-01-01T00:00:00Z", sha256=digests["1.9"]),),
    )


@pytest.mark.parametrize("version", ["1.11", "2.0rc1"])
def test_a_release_that_is_asked_for_may_be_yanked_or_early(
    fake_index: FakeIndex, cache: Cache, version: str
) -> None:
    fake_index.add(f"tiny-{version}.tar.gz", sdist(version=version))
    fake_index.yanked = {"tiny-1.11.tar.gz"}
    assert pin("tiny", version, EMPTY, cache, category="cli").version == version


def test_a_pin_is_written_read_and_fetched_without_asking_again(
    fake_index: FakeIndex, cache: Cache, tmp_path: Path
) -> None:
    fake_index.add("tiny-1.0.tar.gz", sdist())
    path = tmp_path / "sources.toml"
    source = pin("tiny", None, EMPTY, cache, category="cli")
    write_source(path, source)
    asked = len(fake_index.requests)
    assert fetch(read_registry(path)["tiny"], cache).revision == source.sha256
    assert len(fake_index.requests) == asked
    assert tomllib.loads(path.read_text())["sources"]["tiny"]["license_spdx"] == "MIT"


def test_a_new_pin_keeps_the_category_of_the_old_one(fake_index: FakeIndex, cache: Cache) -> None:
    fake_index.add("tiny-1.0.tar.gz", sdist())
    old = pin("tiny", None, EMPTY, cache, category="async")
    registry = Registry(EMPTY.path, MappingProxyType({"tiny": old}))
    assert pin("tiny", None, registry, cache) == old
    assert pin("tiny", None, registry, cache, category="web").category == "web"


def test_a_licence_that_is_not_stated_is_not_guessed(fake_index: FakeIndex, cache: Cache) -> None:
    unclear = PKG_INFO.replace("License-Expression: MIT", "License: see LICENSE")
    fake_index.add("tiny-1.0.tar.gz", sdist(pkg_info=unclear))
    assert pin("tiny", None, EMPTY, cache, category="cli").license_spdx == "NOASSERTION"


@pytest.mark.parametrize(
    ("category", "what"),
    [(None, "a new source needs a category"), ("games", "category is 'games'")],
)
def test_a_category_is_one_of_six(cache: Cache, category: str | None, what: str) -> None:
    with pytest.raises(CurateError) as raised:
        pin("tiny", None, EMPTY, cache, category=category)
    assert str(raised.value) == (
        f"curate sources pin tiny: {what}\n"
        "  fix: add --category with one of web, testing, cli, async, typing, tools"
    )


def test_a_source_of_another_kind_is_not_replaced(cache: Cache) -> None:
    ours = PathSource(name="tiny", path=".", license_spdx="MIT", category="cli")
    with pytest.raises(CurateError) as raised:
        pin("tiny", None, Registry(EMPTY.path, MappingProxyType({"tiny": ours})), cache)
    assert str(raised.value) == (
        "sources.toml: sources.tiny: is a path source; only pypi sources are pinned by the index\n"
        "  fix: remove the table first, or edit it by hand"
    )


def test_an_index_without_sha256_cannot_be_pinned_from(fake_index: FakeIndex, cache: Cache) -> None:
    fake_index.add("tiny-1.0.tar.gz", sdist())
    fake_index.published["tiny-1.0.tar.gz"] = "#md5=0123"
    with pytest.raises(CurateError) as raised:
        pin("tiny", None, EMPTY, cache, category="cli")
    assert str(raised.value) == (
        "tiny-1.0.tar.gz: the index publishes no sha256 for this file\n"
        "  fix: set another index by UV_DEFAULT_INDEX, or write the table by hand"
    )


@pytest.mark.parametrize(
    ("filename", "shown", "fix"),
    [
        ("tiny-2.0rc1.tar.gz", "2.0rc1", "curate sources pin tiny==2.0rc1"),
        ("tiny-2.0-py3-none-any.whl", "(none)", "use a git source"),
    ],
    ids=["early only", "wheels only"],
)
def test_a_project_without_a_usable_sdist_is_told_what_there_is(
    fake_index: FakeIndex, cache: Cache, filename: str, shown: str, fix: str
) -> None:
    fake_index.add(filename, b"")
    with pytest.raises(CurateError) as raised:
        pin("tiny", None, EMPTY, cache, category="cli")
    assert str(raised.value) == (
        "tiny: no release that is for use has an sdist\n"
        f"  pre-releases and yanked ones: {shown}\n"
        f"  fix: {fix}"
    )


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("flask", ("flask", None)),
        (" Flask==3.1.3 ", ("flask", "3.1.3")),
        ("zope.interface==1.0rc1", ("zope-interface", "1.0rc1")),
    ],
)
def test_a_requirement_is_a_name_and_perhaps_a_version(
    text: str, requirement: tuple[str, str | None]
) -> None:
    assert parse_requirement(text) == requirement


@pytest.mark.parametrize("text", ["", "flask>=3", "flask==", "flask==3.*", "flask[async]", "a b"])
def test_anything_else_is_no_requirement(text: str) -> None:
    with pytest.raises(CurateError) as raised:
        parse_requirement(text)
    assert str(raised.value) == (
        f"curate sources pin: {text!r} is not a pin\n"
        "  accepted: NAME or NAME==VERSION\n"
        "  fix: curate sources pin flask==3.1.3"
    )


@pytest.mark.slow
def test_the_shipped_pins_are_what_the_index_and_the_releases_say(cache: Cache) -> None:
    """Asks the user's own index for all of them, and for each release of their histories.

    Which releases are a history's is not asked again: an index adds and yanks some.
    """
    shipped = read_registry(Path(__file__).parents[2] / "corpora" / "sources.toml")
    for name, source in shipped.sources.items():
        assert isinstance(source, PypiSource)
        pinned = pin(name, source.version, shipped, cache)
        assert pinned == source.model_copy(update={"history": pinned.history})
        with open_index() as index:
            assert source.history == tuple(
                past_release(index, name, past.version, cache) for past in source.history
            )


def past_release(index: PackageIndex, name: str, version: str, cache: Cache) -> PastRelease:
    """One release of a history, as the index has it."""
    sdist = index.release(name, version)
    sha256 = sdist.digests["sha256"]
    archive = downloaded(index, sdist, sha256, cache)
    return PastRelease(
        version=version, date=release_date(index, name, sdist, archive), sha256=sha256
    )
