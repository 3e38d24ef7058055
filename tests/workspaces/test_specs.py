"""From pins to specs: what a workspace of each source is made of."""

import json
import re
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.project import Project
from curate.sources import PastRelease, PypiSource, read_registry
from curate.store import Store
from curate.workspaces.spec import Change, Release, WorkspaceSpec
from curate.workspaces.specs import base_spec, workspace_of_source, workspace_of_store
from tests.conftest import REPOSITORY, Mini

from .conftest import NEW, OLD, changed

INFO = "Metadata-Version: 2.4\nAuthor-email: {} <x@example.org>\n"
PAST = PastRelease(version="1.0", date="2024-04-07T19:26:08Z", sha256="1" * 64)
TINY = PypiSource(
    name="tiny",
    version="1.1",
    sha256="2" * 64,
    license_spdx="MIT",
    category="cli",
    date="2025-01-02T03:04:05Z",
    history=(PAST,),
)


@pytest.fixture
def fetched(tree):
    """`tiny` 1.1 and 1.0, as `fetch` and `fetch_history` give them."""
    old = tree("1.0", {**OLD, "PKG-INFO": INFO.format("Ada")})
    return tree("1.1", {**NEW, "PKG-INFO": INFO.format("Grace")}), (old,)


def test_a_pypi_source_has_its_releases_with_their_own_authors(fetched, cache):
    new, past = fetched
    assert base_spec(TINY, new, past, cache.git) == WorkspaceSpec(
        source_id="tiny@1.1",
        tree_sha256=new.tree_sha256,
        history=(
            Release(version="1.0", tree_sha256=past[0].tree_sha256, author="Ada", date=PAST.date),
        ),
        author="Grace",
        date="2025-01-02T03:04:05Z",
    )


def test_a_pin_without_a_date_is_a_day_after_its_history(fetched, cache):
    new, past = fetched
    undated = TINY.model_copy(update={"date": None})
    assert base_spec(undated, new, past, cache.git).date == "2024-04-08T19:26:08Z"
    alone = undated.model_copy(update={"history": ()})
    assert base_spec(alone, new, (), cache.git).date == "2026-01-01T00:00:00Z"


def test_the_same_spec_has_the_same_id_wherever_it_is_made():
    spec = WorkspaceSpec(source_id="tiny@1.1", tree_sha256="1" * 64, author="Renée", date="d")
    again = WorkspaceSpec.model_validate_json(spec.model_dump_json())
    assert (again, again.workspace_id) == (spec, "98b83ddb85771975501e804c")
    assert changed(spec, Change(path="a", content="")).workspace_id != spec.workspace_id


def test_every_shipped_source_has_four_releases_before_it():
    shipped = read_registry(REPOSITORY / "corpora/sources.toml").sources
    for source in shipped.values():
        assert len(source.history) == 4
        assert source.date > source.history[-1].date
        assert all(past.date > "2020-02-02T00:00:00Z" for past in source.history)
    assert sum(past.date.endswith("00:00:00Z") for s in shipped.values() for past in s.history) < 2


@pytest.mark.slow
def test_no_address_is_in_a_shipped_spec(source_trees: dict[str, Path]):
    from curate.sources import Cache, fetch, fetch_history

    cache = Cache.open()
    for source in read_registry(REPOSITORY / "corpora/sources.toml").sources.values():
        spec = base_spec(source, fetch(source, cache), fetch_history(source, cache), cache.git)
        assert "@" not in spec.model_dump_json(exclude={"source_id"})
        assert not re.search(r"maintainers", spec.model_dump_json())


def test_a_source_by_its_name_is_a_workspace(fixture_project: Mini):
    workspace = workspace_of_source(fixture_project.project, "parcelbox")
    assert (workspace.root / "src/parcelbox/models.py").is_file()
    assert (
        workspace.git_dir == fixture_project.cache / "workspaces" / workspace.workspace_id / "git"
    )
    assert workspace_of_source(fixture_project.project, "parcelbox") == workspace
    with pytest.raises(CurateError, match="there is no source 'flask2'"):
        workspace_of_source(Project(fixture_project.root), "flask2")


@pytest.fixture
def stored(fixture_project: Mini) -> tuple[Mini, WorkspaceSpec]:
    """A project whose store knows two workspaces of parcelbox, one with a change."""
    base = workspace_of_source(fixture_project.project, "parcelbox")
    from curate.sources import Cache, fetch

    source = read_registry(fixture_project.root / "corpora/sources.toml")["parcelbox"]
    fetched = fetch(source, Cache.open(), root=fixture_project.root)
    spec = base_spec(source, fetched, (), Cache.open().git)
    assert spec.workspace_id == base.workspace_id
    planted = changed(spec, Change(path="README.md", content="Hello.\n", state="staged"))
    with Store.open(fixture_project.project) as store:
        for one in (spec, planted):
            row = [one.workspace_id, one.source_id, one.model_dump_json(), not one.changes]
            store.connection.execute("insert into workspaces values (?, ?, ?, ?)", row)
    return fixture_project, planted


def test_a_workspace_of_a_corpus_is_found_by_how_its_id_begins(stored):
    mini, planted = stored
    workspace = workspace_of_store(mini.project, planted.workspace_id[:8])
    assert workspace.workspace_id == planted.workspace_id
    assert (workspace.root / "README.md").read_text() == "Hello.\n"


@pytest.mark.parametrize(
    ("start", "what"), [("", "several begin like this"), ("zz", "is not known")]
)
def test_a_workspace_that_is_none_or_several_is_refused(stored, start, what):
    mini, _ = stored
    with pytest.raises(CurateError) as raised:
        workspace_of_store(mini.project, start)
    assert str(raised.value).startswith(f"workspace {start}: {what}")


def test_a_spec_is_json_that_can_be_read_in_any_language():
    spec = WorkspaceSpec(source_id="a@1", tree_sha256="1", changes=(Change(path="a", content="é"),))
    assert json.loads(spec.model_dump_json())["changes"][0] == {
        "path": "a",
        "content": "é",
        "state": "unstaged",
        "staged": None,
        "message": None,
    }
