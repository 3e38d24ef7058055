"""Fetch: trees and their histories in the cache, once, and again when one has gone."""

import shutil
from pathlib import Path

import pytest

from curate.executor import Here
from curate.project import Project
from curate.recipes import load
from curate.sources import Cache, Registry, pin, write_source
from curate.stages.base import Build
from curate.stages.fetch import fetch, pins
from curate.store import Store
from curate.workspaces.specs import base_specs, trees_by_hash
from tests.conftest import MINI
from tests.sources.conftest import FakeIndex, clean_settings, fake_index, sdist  # noqa: F401


@pytest.fixture
def project(
    tmp_path: Path,
    fake_index: FakeIndex,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    """A project with `tiny` 1.2 pinned, which has two releases before it, and an empty cache."""
    corpora = tmp_path / "project" / "corpora"
    corpora.mkdir(parents=True)
    for version in ("1.0", "1.1", "1.2"):
        fake_index.add(f"tiny-{version}.tar.gz", sdist(version=version))
    path = corpora / "sources.toml"
    empty = Registry(path, {})
    write_source(path, pin("tiny", None, empty, Cache.open(tmp_path / "pins"), category="cli"))
    (corpora / "mini.toml").write_text(MINI.replace("parcelbox", "tiny"))
    monkeypatch.setenv("CURATE_CACHE", str(tmp_path / "cache"))
    fake_index.requests.clear()
    return Project(tmp_path / "project")


def test_histories_come_with_their_sources_and_are_asked_for_once(project, fake_index):  # noqa: F811
    told = []
    with Store.open(project) as store:
        tell = lambda done, total, what: told.append((done, total, what))  # noqa: E731
        build = Build(project, load(project, "mini"), store, Here(), tell)
        assert fetch(build).rows_out == 1
        asked = len(fake_index.requests)
        assert told[-1] == (1, 1, "earlier releases")
        (spec,) = base_specs(build).values()
        trees = trees_by_hash(build)
        assert [past.version for past in spec.history] == ["1.0", "1.1"]
        assert {spec.tree_sha256, *(past.tree_sha256 for past in spec.history)} == trees.keys()
        assert all((tree / "src/tiny.py").is_file() for tree in trees.values())
        fetch(build)
        assert len(fake_index.requests) == asked


def test_a_history_that_has_gone_makes_the_stage_stale_and_is_brought_back(project):
    with Store.open(project) as store:
        build = Build(project, load(project, "mini"), store, Here())
        nothing = pins(build)
        fetch(build)
        there = pins(build)
        assert there != nothing
        (tree,) = Cache.open().trees.glob("tiny-1.0-*[!n]")
        shutil.rmtree(tree)
        assert pins(build) != there
        fetch(build)
        assert pins(build) == there
