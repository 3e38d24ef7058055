"""Environments, really built with uv, in a cache of the test's own."""

import subprocess
from pathlib import Path

import pytest

from curate.environments import build, environment_of, resolve_pins
from curate.environments.metadata import write_metadata
from curate.errors import CurateError
from curate.sources import Cache, FetchedSource, PathSource, fetch, read_registry

REGISTRY = read_registry(Path(__file__).parents[2] / "corpora/sources.toml")
WITH_TESTS = [name for name, source in REGISTRY.sources.items() if source.run_tests]
PINS = ["iniconfig==2.3.1", "colorama==0.4.6 ; sys_platform == 'win32'"]


@pytest.fixture
def parcelbox(tmp_path):
    """A source with tests, and its tree."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "pyproject.toml").write_text(
        "[project]\nname = 'Parcel_Box'\nversion = '1.0'\nscripts.parcels = 'parcelbox:main'\n"
        "[project.entry-points.shops]\none = 'a:b'\n'two' = 'c'\n"
    )
    return (
        PathSource(
            name="parcelbox",
            license_spdx="MIT",
            category="tools",
            path="x",
            run_tests=True,
            test_pins=PINS,
        ),
        FetchedSource("parcelbox", "local", "0" * 64, tree, "1" * 64),
    )


def asked(python: Path, code: str) -> str:
    return subprocess.check_output([python / "bin/python", "-I", "-c", code], text=True).strip()


def test_an_environment_holds_the_pins_and_the_metadata_and_not_the_source(parcelbox, tmp_path):
    source, fetched = parcelbox
    cache = Cache.open(tmp_path / "cache")
    place = environment_of(source, fetched, cache)
    assert place is not None
    assert place.parent == cache.root / "environments"
    listed = (
        "from importlib.metadata import *;"
        "print(sorted((d.name.lower(), d.version) for d in distributions()))"
    )
    assert asked(place, listed) == "[('iniconfig', '2.3.1'), ('parcel-box', '1.0')]"
    points = "from importlib.metadata import *; print(*[p.value for p in entry_points(group=%r)])"
    assert asked(place, points % "shops") == "a:b c"
    assert asked(place, points % "console_scripts") == "parcelbox:main"
    assert list(place.rglob("iniconfig/__pycache__/*.pyc")) != []
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_it_is_built_once_for_a_tree_pins_and_a_python(parcelbox, tmp_path, monkeypatch):
    source, fetched = parcelbox
    cache = Cache.open(tmp_path / "cache")
    place = environment_of(source, fetched, cache)
    assert place is not None
    made = place.stat().st_mtime_ns
    assert environment_of(source, fetched, cache) == place
    assert place.stat().st_mtime_ns == made
    others = {
        build._name(FetchedSource("parcelbox", "local", "0" * 64, fetched.tree, "2" * 64), PINS),
        build._name(fetched, [*PINS, "pluggy==1.7.0"]),
    }
    monkeypatch.setattr(build.platform, "python_version", lambda: "3.99.1")
    assert len({place.name, *others, build._name(fetched, PINS)}) == 4


def test_one_that_lost_its_python_is_built_again(parcelbox, tmp_path):
    source, fetched = parcelbox
    cache = Cache.open(tmp_path / "cache")
    place = environment_of(source, fetched, cache)
    assert place is not None
    (place / "bin/python").unlink()
    (place / "bin/python").symlink_to("/nowhere/python")
    assert environment_of(source, fetched, cache) == place
    assert asked(place, "import iniconfig; print(1)") == "1"
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_one_that_cannot_be_built_leaves_nothing(parcelbox, tmp_path):
    source, fetched = parcelbox
    cache = Cache.open(tmp_path / "cache")
    wrong = source.model_copy(update={"test_pins": ["iniconfig==0.0.0.1"]})
    with pytest.raises(CurateError) as raised:
        environment_of(wrong, fetched, cache)
    assert str(raised.value).startswith("environment of parcelbox: uv pip failed\n")
    assert list((cache.root / "environments").iterdir()) == []


def test_a_source_that_does_not_run_tests_has_none(parcelbox, tmp_path):
    source, fetched = parcelbox
    off = source.model_copy(update={"run_tests": None})
    assert environment_of(off, fetched, Cache.open(tmp_path / "cache")) is None
    assert not (tmp_path / "cache/environments").exists()


def test_a_source_without_pins_is_told_how_to_get_them(parcelbox, tmp_path):
    source, fetched = parcelbox
    with pytest.raises(CurateError) as raised:
        environment_of(
            source.model_copy(update={"test_pins": None}), fetched, Cache.open(tmp_path / "c")
        )
    assert str(raised.value) == (
        "sources.parcelbox: run_tests is true, and test_pins does not say with what\n"
        "  fix: curate sources pin parcelbox --tests"
    )


def test_the_metadata_of_a_release_is_its_own(tmp_path):
    source = REGISTRY["svcs"]
    tree = fetch(source, Cache.open()).tree
    write_metadata(tmp_path, tree, "svcs", "26.2.0")
    folder = tmp_path / "svcs-26.2.0.dist-info"
    assert (folder / "METADATA").read_bytes() == (tree / "PKG-INFO").read_bytes()


def test_metadata_of_a_project_that_says_odd_things_stays_in_its_folder(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nname = '../../x'\nversion = '/../y'\n[project.entry-points]\n"
        '"a\\nb" = {x = "y"}\nc = {"d\\n" = "e", f = 1, g = "h"}\n'
    )
    (tmp_path / "site").mkdir()
    write_metadata(tmp_path / "site", tmp_path, "odd", "local")
    (folder,) = (tmp_path / "site").iterdir()
    assert folder.name == "odd-0.dist-info"
    assert (folder / "METADATA").read_text() == "Metadata-Version: 2.1\nName: odd\nVersion: 0\n"
    assert (folder / "entry_points.txt").read_text() == "[c]\ng = h\n"


def test_four_sources_run_their_tests():
    assert {*WITH_TESTS} >= {"click", "attrs", "structlog", "svcs"}


@pytest.mark.parametrize("name", WITH_TESTS)
def test_pins_are_exact_for_every_system_and_without_the_source_itself(name):
    source = REGISTRY[name]
    pins = resolve_pins(source, fetch(source, Cache.open()))
    assert {pin.partition("==")[0] for pin in pins} >= {"pytest", "pluggy", "colorama"} - {name}
    assert name not in {pin.partition("==")[0] for pin in pins}
    again = source.model_copy(update={"test_pins": pins})
    assert type(source).model_validate(again.model_dump()) == again


TABLE = """
[sources.x]
kind = "path"
path = "x"
license_spdx = "MIT"
category = "tools"
run_tests = true
test_pins = ["pytest==9.2.0", {pin!r}]
"""


@pytest.mark.parametrize(
    "pin", ["pytest>=9", "pytest==9.*", "pytest", "x @ file:///x", "a[b]==1", "--index-url=x", ""]
)
def test_a_pin_that_is_not_exact_is_refused(tmp_path, pin):
    path = tmp_path / "sources.toml"
    path.write_text(TABLE.format(pin=pin))
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert str(raised.value) == (
        f"{path}: sources.x: test_pins[1] is {pin!r}\n"
        "  a test pin is one exact release, as pytest==9.2.0, and perhaps a marker\n"
        "  fix: write another test_pins[1]"
    )
