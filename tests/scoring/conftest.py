"""A suite about parcelbox, in a project of its own, and what scripted engines reply to it."""

import shutil

import pytest

from curate.project import Project
from tests.conftest import Mini, write_mini
from tests.scoring.scripted import PARCEL


@pytest.fixture(scope="session")
def parcel_session(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """`mini`, not built, with the suite `parcel` beside its recipe."""
    folder = tmp_path_factory.mktemp("parcel")
    mini = Mini(folder / "project", folder / "cache")
    write_mini(mini.root)
    (mini.root / "corpora/suites").mkdir()
    (mini.root / "corpora/suites/parcel.toml").write_text(PARCEL, encoding="utf-8")
    return mini


@pytest.fixture
def parcel(parcel_session: Mini, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """The project with the suite `parcel`, to read from."""
    monkeypatch.setenv("CURATE_CACHE", str(parcel_session.cache))
    return parcel_session


@pytest.fixture
def parcel_copy(parcel_session: Mini, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project with the suite `parcel` for this test alone."""
    root = tmp_path / "project"
    shutil.copytree(parcel_session.root, root)
    monkeypatch.setenv("CURATE_CACHE", str(parcel_session.cache))
    monkeypatch.chdir(root)
    return Project(root)
