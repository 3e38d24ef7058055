"""Where a project begins, and whose files win."""

from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.project import PACKAGE, Project, code_digest
from tests.conftest import REPOSITORY


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "corpora").mkdir()
    return Project(tmp_path)


def test_a_project_is_the_nearest_folder_that_holds_corpora(project):
    deep = project.root / "a/b"
    deep.mkdir(parents=True)
    assert Project.find(deep) == Project.find(project.root) == project
    (project.root / "a/corpora").mkdir()
    assert Project.find(deep).root == project.root / "a"


def test_a_path_is_shown_as_commands_in_the_project_name_it(project, tmp_path, monkeypatch):
    monkeypatch.chdir(project.root / "corpora")
    (tmp_path / "link").symlink_to(project.root, target_is_directory=True)
    assert project.shown(project.root / "out/a") == "out/a"
    assert project.shown(Path("../out/a")) == "out/a"
    assert project.shown(tmp_path / "link/out") == "link/out"
    assert Project(tmp_path / "link").shown(project.root / "out") == "out"
    assert project.shown(Path("/elsewhere/model")) == "/elsewhere/model"


def test_outside_of_a_project_the_fix_is_told(tmp_path):
    with pytest.raises(CurateError) as caught:
        Project.find(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: no folder `corpora` here or above\n"
        "  fix: run curate inside a project, or make one: mkdir corpora"
    )


def test_files_of_the_project_replace_shipped_ones_and_add_to_them(project):
    folder = project.root / "sql/audits"
    folder.mkdir(parents=True)
    (folder / "roles.sql").write_text("select 1 as one")
    (folder / "mine.sql").write_text("select 2 as two")
    found = project.files("sql/audits", "*.sql")
    shipped = Project(REPOSITORY).files("sql/audits", "*.sql")
    assert set(found) == {*shipped, "mine.sql"}
    assert list(found) == sorted(found)
    assert found["roles.sql"] == folder / "roles.sql"
    assert found["grounded.sql"] == shipped["grounded.sql"]


def test_the_repository_itself_is_one_layer():
    assert Project(REPOSITORY).layers == (REPOSITORY,)
    assert PACKAGE == REPOSITORY / "curate"


def test_a_digest_follows_names_and_contents_and_nothing_else(project):
    folder = project.root / "templates/mine"
    folder.mkdir(parents=True)
    (folder / "a.jinja").write_text("x")
    first = project.digest(("templates/mine",))
    (folder / "a.jinja").write_text("x")
    assert project.digest(("templates/mine",)) == first
    (folder / "a.jinja").write_text("y")
    second = project.digest(("templates/mine",))
    (folder / "a.jinja").rename(folder / "b.jinja")
    third = project.digest(("templates/mine",))
    assert len({first, second, third}) == 3


def test_the_digest_of_a_project_does_not_depend_on_where_it_lies(tmp_path):
    digests = set()
    for name in ("one", "another"):
        folder = tmp_path / name / "templates/mine"
        folder.mkdir(parents=True)
        (folder / "a.jinja").write_text("x")
        digests.add(Project(tmp_path / name).digest(("templates",)))
    assert len(digests) == 1


def test_the_digest_of_code_takes_modules_and_folders():
    assert code_digest(("store.py",)) == code_digest(("store.py",))
    assert len({code_digest(names) for names in (("store.py",), ("facts",), ("near",), ())}) == 4
