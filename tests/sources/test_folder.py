import os
import subprocess
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import Cache, PathSource, fetch, whole_tree
from curate.sources.git import environment
from curate.sources.tree import TreeLimits, walk

SOURCE = PathSource(name="ours", path="ours", license_spdx="MIT", category="tools")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with what belongs to it and what does not."""
    folder = tmp_path / "ours"
    for name in ("src/a.py", "README", ".venv/b.py", "src/__pycache__/a.pyc", "node_modules/c.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def names(tree: Path) -> list[str]:
    return sorted(path for path, _ in walk(tree))


def test_a_snapshot_has_the_projects_files_and_not_its_tools(
    folder: Path, cache: Cache, tmp_path: Path
) -> None:
    fetched = fetch(SOURCE, cache, root=tmp_path)
    assert names(fetched.tree) == ["README", "src/a.py"]
    assert (fetched.version, fetched.revision) == ("local", fetched.tree_sha256)
    assert fetched.tree.parent == cache.trees


def test_a_snapshot_stays_while_the_folder_is_edited(
    folder: Path, cache: Cache, tmp_path: Path
) -> None:
    before = fetch(SOURCE, cache, root=tmp_path)
    (folder / "README").write_text("new")
    assert whole_tree(SOURCE, cache, tmp_path) is None
    after = fetch(SOURCE, cache, root=tmp_path)
    assert [(f.tree / "README").read_text() for f in (before, after)] == ["README", "new"]
    assert before.revision != after.revision


def test_an_unchanged_folder_is_found_again(folder: Path, cache: Cache, tmp_path: Path) -> None:
    first = fetch(SOURCE, cache, root=tmp_path)
    os.utime(folder / "README", (1, 1))
    assert fetch(SOURCE, cache, root=tmp_path) == first
    assert whole_tree(SOURCE, cache, tmp_path) == first
    assert len(list(cache.trees.iterdir())) == 2


def test_what_git_ignores_is_left_out(folder: Path, cache: Cache, tmp_path: Path) -> None:
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "x.log").write_text("")
    (folder / "gone.py").write_text("")
    for arguments in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment(), check=True)
    (folder / "gone.py").unlink()
    (folder / "untracked.py").write_text("")
    tree = fetch(SOURCE, cache, root=tmp_path).tree
    assert names(tree) == [".gitignore", "README", "src/a.py", "untracked.py"]


def test_links_that_leave_are_left_out_and_others_kept(
    folder: Path, cache: Cache, tmp_path: Path
) -> None:
    (folder / "inside").symlink_to("src/a.py")
    (folder / "below").symlink_to("src")
    (folder / "outside").symlink_to("../secret")
    (folder / "absolute").symlink_to(folder / "README")
    (tmp_path / "secret").write_text("secret")
    tree = fetch(SOURCE, cache, root=tmp_path).tree
    assert names(tree) == ["README", "below", "inside", "src/a.py"]


def test_a_folder_over_the_limit_is_refused(folder: Path, cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(CurateError) as raised:
        fetch(SOURCE, cache, root=tmp_path, limits=TreeLimits(max_unpacked_bytes=10))
    assert str(raised.value) == (
        "ours (ours): refused at 'src/a.py': more than 10 bytes unpacked\n"
        "  fix: have git ignore it, or name a smaller folder"
    )
    assert list(cache.trees.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(CurateError) as raised:
        fetch(SOURCE, cache, root=tmp_path)
    assert str(raised.value) == (
        "ours (ours): there is no such folder\n"
        "  fix: correct path of [sources.ours] in corpora/sources.toml"
    )


def test_a_broken_checkout_is_told_in_gits_words(
    folder: Path, cache: Cache, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=folder, env=environment(), check=True)
    (folder / ".git" / "index").write_bytes(b"DIRC\0\0\0\7" + bytes(60))
    with pytest.raises(CurateError) as raised:
        fetch(SOURCE, cache, root=tmp_path)
    assert str(raised.value) == (
        f"{folder}: git cannot tell which files it ignores there\n"
        "  error: bad index version 7\n"
        "  fatal: index file corrupt\n"
        "  fix: see that `git status` works in that folder"
    )


def test_without_git_the_tools_own_folders_are_still_left_out(
    folder: Path, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert names(fetch(SOURCE, cache, root=tmp_path).tree) == ["README", "src/a.py"]
