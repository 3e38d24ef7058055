"""Repositories of git and path sources: their own commits, and one."""

import shutil
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import Cache, GitSource, PathSource, fetch, fetch_history
from curate.tools.base import Workspace
from curate.workspaces.commits import ChangedFile, CommitRow, commits_of
from curate.workspaces.make import make
from curate.workspaces.spec import Change, WorkspaceSpec
from curate.workspaces.specs import UNDATED, base_spec

from .conftest import changed, git

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "Ada <Lovelace", "EMAIL": "ada@example.org"}.items()
}


def commit(folder: Path, message: str, day: int) -> str:
    dates = {f"GIT_{who}_DATE": f"2025-01-0{day}T12:00:00+02:00" for who in ("AUTHOR", "COMMITTER")}
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message, **IDENTITY, **dates)
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits; the second has a program, a link, a binary, a submodule and a body."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    (folder / "a.py").write_text("x = 1\n")
    (folder / "old.py").write_text("1\n2\n")
    first = commit(folder, "Begin", 1)
    (folder / "a.py").write_text("x = 2\ny = 3\n")
    (folder / "old.py").rename(folder / "né w.py")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / "link").symlink_to("a.py")
    (folder / "raw.bin").write_bytes(b"\x00")
    (folder / ".gitmodules").write_text('[submodule "sub"]\n\tpath = sub\n\turl = ../x\n')
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    commit(folder, "Go on\n\nCo-authored-by: Someone <someone@example.org>", 2)
    return folder


def ours(repository: Path) -> GitSource:
    return GitSource(
        name="ours",
        url=str(repository),
        commit=git(repository, "rev-parse", "HEAD").strip(),
        license_spdx="MIT",
        category="tools",
    )


def specified(source: GitSource, cache: Cache) -> tuple[WorkspaceSpec, dict[str, Path]]:
    fetched = fetch(source, cache)
    spec = base_spec(source, fetched, fetch_history(source, cache), cache.git)
    return spec, {fetched.tree_sha256: fetched.tree}


def status(workspace: Workspace) -> str:
    places = (f"--git-dir={workspace.git_dir}", f"--work-tree={workspace.root}")
    words = ("status", "--porcelain", "--untracked-files=all")
    return git(workspace.root, *places, *words)


def test_a_git_source_has_its_own_commits(repository, cache):
    source = ours(repository)
    spec, trees = specified(source, cache)
    assert (spec.author, spec.date) == ("Ada Lovelace", "2025-01-02T10:00:00Z")
    workspace = make(spec, trees, cache.root)
    shutil.rmtree(repository)
    assert status(workspace) == ""
    first, second = commits_of(workspace)
    assert second[1:2] + second[3:] == (
        2,
        "Begin",
        "Ada Lovelace",
        "2025-01-01T10:00:00Z",
        [ChangedFile("a.py", 1, 0), ChangedFile("old.py", 2, 0)],
    )
    assert first == CommitRow(
        workspace.workspace_id,
        1,
        source.commit[:10],
        "Go on",
        "Ada Lovelace",
        "2025-01-02T10:00:00Z",
        [
            ChangedFile(".gitmodules", 3, 0),
            ChangedFile("a.py", 2, 1),
            ChangedFile("link", 1, 0),
            ChangedFile("né w.py", 2, 0),
            ChangedFile("old.py", 0, 2),
            ChangedFile("raw.bin", None, None),
            ChangedFile("run", 1, 0),
        ],
    )


def test_changes_lie_on_top_of_a_git_sources_commits(repository, cache):
    spec, trees = specified(ours(repository), cache)
    changes = [
        Change(path="a.py", content="z = 1\n", state="committed", message="Change it"),
        Change(path="run", content="#!/bin/sh -e\n", state="staged"),
    ]
    workspace = make(changed(spec, *changes), trees, cache.root)
    assert status(workspace) == "M  run\n"
    rows = commits_of(workspace)
    assert [(row.message, row.date, len(row.files)) for row in rows] == [
        ("Change it", "2025-01-03T10:00:00Z", 1),
        ("Go on", "2025-01-02T10:00:00Z", 7),
        ("Begin", "2025-01-01T10:00:00Z", 2),
    ]
    assert commits_of(workspace, limit=1) == rows[:1]


def test_a_workspace_may_lie_elsewhere_than_its_source(repository, cache, tmp_path):
    spec, trees = specified(ours(repository), cache)
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "door").symlink_to("real/deep")
    change = Change(path="a.py", content="", state="committed", message="Empty it")
    workspace = make(changed(spec, change), trees, tmp_path / "door")
    assert status(workspace) == ""
    assert [row.message for row in commits_of(workspace)] == ["Empty it", "Go on", "Begin"]


def test_a_shallow_repository_ends_where_it_ends(repository, cache, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    spec, trees = specified(ours(tmp_path / "shallow"), cache)
    assert [row.message for row in commits_of(make(spec, trees, cache.root))] == ["Go on"]


def test_a_mirror_that_has_gone_is_named(repository, cache):
    spec, trees = specified(ours(repository), cache)
    shutil.rmtree(cache.git)
    with pytest.raises(CurateError) as raised:
        make(spec, trees, cache.root)
    assert str(raised.value) == (
        f"{spec.source_id}: its repository has gone from the cache\n"
        "  fix: run the build again; it fetches what is missing"
    )


def test_a_folder_is_one_commit(cache, tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "a.py").write_text("x = 1\n")
    source = PathSource(
        name="ours", path=str(tmp_path / "ours"), license_spdx="MIT", category="cli"
    )
    fetched = fetch(source, cache)
    spec = base_spec(source, fetched, (), cache.git)
    assert spec == WorkspaceSpec(
        source_id="ours@local",
        tree_sha256=fetched.tree_sha256,
        author="ours maintainers",
        date=UNDATED,
    )
    workspace = make(spec, {fetched.tree_sha256: fetched.tree}, cache.root)
    (row,) = commits_of(workspace)
    assert row[3:] == (
        "Import of ours",
        "ours maintainers",
        "2026-01-01T00:00:00Z",
        [ChangedFile("a.py", 1, 0)],
    )
