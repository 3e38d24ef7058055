"""What was released before a pin: chosen, dated, fetched once, and told by name."""

from pathlib import Path
from types import MappingProxyType

import pytest

from curate.errors import CurateError
from curate.sources import (
    Cache,
    GitSource,
    PastRelease,
    PathSource,
    PypiSource,
    Registry,
    fetch,
    fetch_history,
    pin,
)
from curate.sources.author import stated_author

from .conftest import FakeIndex, sdist
from .test_git import git, repository, source  # noqa: F401  a fixture, and what makes a pin of it

EMPTY = Registry(Path("sources.toml"), MappingProxyType({}))
DAY = 24 * 60 * 60


def add(fake: FakeIndex, version: str, uploaded: str | None = None, seconds: int = 0) -> str:
    name = f"tiny-{version}.tar.gz"
    if uploaded:
        fake.uploaded[name] = uploaded
    return fake.add(name, sdist(version=version, seconds=seconds))


def pinned(cache: Cache, version: str | None = None) -> PypiSource:
    return pin("tiny", version, EMPTY, cache, category="cli")


def test_a_history_is_the_last_four_final_releases_before_the_pin(
    fake_index: FakeIndex, cache: Cache
) -> None:
    versions = ("0.9", "1.0", "1.1", "1.2rc1", "1.2", "1.3.dev1", "1.3", "1.4", "1.10", "2.0")
    digests = {version: add(fake_index, version) for version in versions}
    fake_index.yanked = {"tiny-1.3.tar.gz"}
    assert pinned(cache, "1.10").history == tuple(
        PastRelease(version=version, date="1970-01-01T00:00:00Z", sha256=digests[version])
        for version in ("1.0", "1.1", "1.2", "1.4")
    )


def test_a_date_is_when_the_index_got_the_file_to_the_second(
    fake_index: FakeIndex, cache: Cache
) -> None:
    add(fake_index, "1.0", uploaded="2024-04-07T21:26:08.999999+02:00")
    add(fake_index, "1.1", uploaded="2024-05-01T00:00:00Z")
    source = pinned(cache)
    assert (source.history[0].date, source.date) == ("2024-04-07T19:26:08Z", "2024-05-01T00:00:00Z")


def test_where_the_index_does_not_tell_it_is_the_newest_files_time(
    fake_index: FakeIndex, cache: Cache
) -> None:
    add(fake_index, "1.0", seconds=3 * DAY)
    add(fake_index, "1.1", uploaded="long ago", seconds=5 * DAY)
    source = pinned(cache)
    assert (source.history[0].date, source.date) == ("1970-01-04T00:00:00Z", "1970-01-06T00:00:00Z")


def test_a_fix_of_an_old_series_that_came_later_is_left_out(
    fake_index: FakeIndex, cache: Cache
) -> None:
    for version, day in {"1.0": 1, "1.0.1": 9, "1.1": 5, "1.2": 6}.items():
        add(fake_index, version, seconds=day * DAY)
    assert [past.version for past in pinned(cache).history] == ["1.0", "1.1"]


def test_a_history_is_fetched_with_the_pin_and_then_asks_nobody(
    fake_index: FakeIndex, cache: Cache
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        add(fake_index, version)
    source = pinned(cache)
    asked = len(fake_index.requests)
    past = fetch_history(source, cache)
    assert [(one.name, one.version, one.revision) for one in past] == [
        ("tiny", one.version, one.sha256) for one in source.history
    ]
    assert [(one.tree / "src/tiny.py").read_text() for one in past] == [
        "version = '1.0'\n",
        "version = '1.1'\n",
    ]
    assert len(fake_index.requests) == asked


def test_what_is_missing_of_a_history_is_asked_for_with_one_page(
    fake_index: FakeIndex, cache: Cache, tmp_path: Path
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        add(fake_index, version)
    source = pinned(cache)
    fake_index.requests.clear()
    fetch_history(source, Cache.open(tmp_path / "empty"))
    assert [path for path, _ in fake_index.requests] == [
        "/simple/tiny/",
        "/files/tiny-1.0.tar.gz",
        "/files/tiny-1.1.tar.gz",
    ]


def test_a_release_that_is_not_what_was_pinned_ends_the_fetch(
    fake_index: FakeIndex, cache: Cache
) -> None:
    past = PastRelease(version="1.0", date="2024-01-01T00:00:00Z", sha256="0" * 64)
    digest = add(fake_index, "1.1")
    add(fake_index, "1.0")
    source = PypiSource(
        name="tiny",
        version="1.1",
        sha256=digest,
        license_spdx="MIT",
        category="cli",
        history=(past,),
    )
    with pytest.raises(CurateError, match="this is not the file that was pinned"):
        fetch_history(source, cache)
    assert list(cache.trees.iterdir()) == []


def test_a_new_pin_keeps_what_its_table_says_of_tests(fake_index: FakeIndex, cache: Cache) -> None:
    add(fake_index, "1.0")
    old = pinned(cache).model_copy(update={"run_tests": True, "test_pins": ["pytest==9.2.0"]})
    registry = Registry(EMPTY.path, MappingProxyType({"tiny": old}))
    assert pin("tiny", None, registry, cache) == old


def test_a_git_sources_mirror_is_brought_back_when_only_its_tree_is_there(
    repository: Path,  # noqa: F811
    cache: Cache,
) -> None:
    ours: GitSource = source(repository)
    fetch(ours, cache)
    (mirror,) = cache.git.iterdir()
    mirror.rename(mirror.with_suffix(".gone"))
    assert fetch_history(ours, cache) == ()
    assert git(mirror, "cat-file", "-t", ours.commit) == "commit"


def test_a_folder_has_no_history(cache: Cache) -> None:
    ours = PathSource(name="tiny", path=".", license_spdx="MIT", category="cli")
    assert fetch_history(ours, cache) == ()


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ("Author: Ada Lovelace\nAuthor-email: x@example.org", "Ada Lovelace"),
        ("Author: Ada Lovelace, Grace Hopper, Others (See AUTHORS)", "Ada Lovelace"),
        ("Author-email: Ada Lovelace <ada@example.org>, Grace <g@example.org>", "Ada Lovelace"),
        ("Author-email: ada@example.org, Grace Hopper <g@example.org>", "Grace Hopper"),
        ("Author-Email: =?utf-8?q?Ren=C3=A9e?= <r@example.org>", "Renée"),
        ("Author: UNKNOWN\nMaintainer: Grace Hopper", "Grace Hopper"),
        ("Maintainer-email: Pallets <contact@example.org>", "Pallets"),
        ("Author-email: ada@example.org", "tiny maintainers"),
        ("Author: ada@example.org", "tiny maintainers"),
        ("Author: Ada <ada@example.org>", "tiny maintainers"),
        ("Author: A <b>\n  c\x01d", "A b c d"),
        ("Author: =?nonsense?q?Ren=C3=A9e?=", "tiny maintainers"),
        ("Author: " + "a" * 300, "a" * 100),
        ("", "tiny maintainers"),
    ],
)
def test_an_author_is_a_name_and_never_an_address(tmp_path: Path, fields: str, author: str) -> None:
    (tmp_path / "PKG-INFO").write_text(f"Metadata-Version: 2.4\n{fields}\n\nAuthor: nobody\n")
    assert stated_author(tmp_path, "tiny") == author


def test_without_metadata_the_author_is_a_general_one(tmp_path: Path) -> None:
    assert stated_author(tmp_path, "tiny") == "tiny maintainers"
