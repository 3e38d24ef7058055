"""Workspaces on disk: the same everywhere, whole or not there, their sources never changed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import Cache
from curate.sources.tree import walk
from curate.tools.base import Workspace
from curate.workspaces.make import is_whole, make
from curate.workspaces.spec import Change, WorkspaceSpec

from .conftest import AUTHOR, NEW, NEW_DATE, OLD, OLD_DATE, changed, git, write

DAY_LATER, DAY_AND_HOUR_LATER = "2025-01-03T03:04:05Z", "2025-01-03T04:04:05Z"


def listing(folder: Path) -> list[tuple[str, int, int, bytes]]:
    """Path, mode, time and content of every file, and targets of links."""
    found = []
    for path, entry in walk(folder):
        status, file = entry.stat(follow_symlinks=False), Path(entry)
        content = os.fsencode(file.readlink()) if entry.is_symlink() else file.read_bytes()
        seconds = 0 if entry.is_symlink() else status.st_mtime_ns
        found.append((path, status.st_mode, seconds, content))
    return sorted(found)


def log(workspace: Workspace, form: str = "%s|%an|%ae|%cn|%aI") -> list[str]:
    return git(workspace.git_dir, "--git-dir=.", "log", f"--format={form}").splitlines()


def status(workspace: Workspace) -> list[str]:
    """The status as a developer's own git tells it, records parted by NUL."""
    words = ("status", "--porcelain", "-z", "--untracked-files=all")
    places = (f"--git-dir={workspace.git_dir}", f"--work-tree={workspace.root}")
    return git(workspace.root, *places, *words).split("\0")[:-1]


def test_a_source_as_it_is_has_a_repository_beside_its_cached_tree(released, cache):
    spec, trees = released
    before = listing(trees[spec.tree_sha256])
    workspace = make(spec, trees, cache.root)
    folder = cache.root / "workspaces" / spec.workspace_id
    root = trees[spec.tree_sha256]
    assert workspace == Workspace(spec.workspace_id, root, folder / "git")
    assert status(workspace) == []
    assert log(workspace) == [
        f"Release 1.1|{AUTHOR}||{AUTHOR}|2025-01-02T03:04:05+00:00",
        f"Release 1.0|{AUTHOR}||{AUTHOR}|2024-04-07T19:26:08+00:00",
    ]
    assert listing(root) == before
    assert not list(cache.root.rglob(".git"))
    assert git(workspace.git_dir, "--git-dir=.", "symbolic-ref", "HEAD") == "refs/heads/main\n"


def test_commits_are_those_that_git_itself_makes(released, cache, tmp_path):
    spec, trees = released
    folder = tmp_path / "by-hand"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".git/info/attributes").write_text("* -text -ident !filter\n")
    for message, date, files in (("Release 1.0", OLD_DATE, OLD), ("Release 1.1", NEW_DATE, NEW)):
        for path in folder.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        write(folder, files)
        (folder / ".git/index").unlink(missing_ok=True)  # all files have one time: compare them
        git(folder, "add", "--all", "--force")
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in {"NAME": AUTHOR, "EMAIL": "", "DATE": date}.items()
        }
        git(folder, "commit", "--quiet", "--message", message, **identity)
    workspace = make(spec, trees, cache.root)
    assert log(workspace, "%H") == git(folder, "log", "--format=%H").splitlines()
    assert git(workspace.git_dir, "--git-dir=.", "fsck", "--strict") == ""


def test_the_hash_of_a_commit_is_the_same_on_every_machine(released, cache, monkeypatch):
    spec, trees = released
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "someone")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert log(make(spec, trees, cache.root), "%H") == [
        "dd79a4545c10a451b6b1559c57236ef80a1e3948",
        "3cb0ab356a1324a5f75c0a5fd491b939a9c909c7",
    ]


CHANGES = (
    Change(path="a.py", content="x = 2\n", state="committed", message="Count from two"),
    Change(path="pkg/b.py", content="y = 2\n", state="staged"),
    Change(path="run", content="#!/bin/bsh\n", state="both", staged="#!/bin/csh\n"),
    Change(path="pkg/empty.py", content="z = 1\n"),
    Change(path="new/c.py", content="n = 1\r\n"),
    Change(path="new/d.py", content="m = 1\n", state="staged"),
)


def test_changes_are_committed_staged_both_or_neither(released, cache):
    spec, trees = released
    workspace = make(changed(spec, *CHANGES), trees, cache.root)
    assert status(workspace) == [
        *("A  new/d.py", "M  pkg/b.py", " M pkg/empty.py", "MM run", "?? new/c.py"),
    ]
    assert log(workspace)[0] == f"Count from two|{AUTHOR}||{AUTHOR}|2025-01-03T03:04:05+00:00"
    places = (f"--git-dir={workspace.git_dir}", f"--work-tree={workspace.root}")
    assert git(workspace.root, *places, "show", ":run") == "#!/bin/csh\n"
    assert git(workspace.root, *places, "show", "--format=", "--numstat", "HEAD") == "1\t1\ta.py\n"
    assert git(workspace.root, *places, "fsck", "--strict") == ""
    kept = {path: content for path, _, _, content in listing(workspace.root)}
    was = {path: content for path, _, _, content in listing(trees[spec.tree_sha256])}
    assert kept == was | {change.path: change.content.encode() for change in CHANGES}


def test_a_changed_program_stays_one_and_new_files_are_none(released, cache):
    spec, trees = released
    root = make(changed(spec, *CHANGES), trees, cache.root).root
    modes = {name: (root / name).stat().st_mode & 0o777 for name in ("run", "a.py", "new/c.py")}
    assert modes == {"run": 0o755, "a.py": 0o644, "new/c.py": 0o644}


def test_a_source_is_as_it_was_after_all_its_workspaces_were_made(released, cache):
    spec, trees = released
    root = trees[spec.tree_sha256]
    before = listing(root)
    workspace = make(changed(spec, *CHANGES), trees, cache.root)
    (workspace.root / "a.py").write_text("written into the workspace's own file")
    assert listing(root) == before
    assert cache.whole_tree("tiny", "1.1", spec.tree_sha256) is not None
    assert (root / "kept.log").stat().st_ino == (workspace.root / "kept.log").stat().st_ino


def test_commits_follow_each_other_by_an_hour_and_one_message_is_one_commit(released, cache):
    spec, trees = released
    commits = [
        Change(path="a.py", content="1\n", state="committed", message="One"),
        Change(path="pkg/b.py", content="1\n", state="committed", message="One"),
        Change(path="a.py", content="2\n", state="committed", message="Two"),
        Change(path="run", content="3\n", state="committed"),
    ]
    workspace = make(changed(spec, *commits), trees, cache.root)
    assert status(workspace) == []
    assert log(workspace, "%s|%ct")[:3] == [
        "Update run|1735880645",
        "Two|1735877045",
        "One|1735873445",
    ]
    shown = git(workspace.git_dir, "--git-dir=.", "show", "--format=", "--name-only", "HEAD~2")
    assert shown.split() == ["a.py", "pkg/b.py"]


def test_a_commit_comes_before_what_is_not_committed_of_the_same_file(released, cache):
    spec, trees = released
    changes = [
        Change(path="a.py", content="tree\n", state="both", staged="staged\n"),
        Change(path="a.py", content="commit\n", state="committed", message="m"),
    ]
    workspace = make(changed(spec, *changes), trees, cache.root)
    assert status(workspace) == ["MM a.py"]
    assert (workspace.root / "a.py").read_text() == "tree\n"
    shown = git(workspace.git_dir, "--git-dir=.", "show", "HEAD:a.py", ":a.py")
    assert shown == "commit\nstaged\n"


def test_a_change_of_the_same_length_is_seen(released, cache):
    spec, trees = released
    change = Change(path="a.py", content="x = 2\n")
    assert status(make(changed(spec, change), trees, cache.root)) == [" M a.py"]


def test_a_change_back_to_what_it_was_is_none(released, cache):
    spec, trees = released
    change = Change(path="a.py", content="x = 1\n", state="both", staged="x = 9\n")
    assert status(make(changed(spec, change), trees, cache.root)) == ["MM a.py"]
    same = Change(path="a.py", content="x = 1\n")
    assert status(make(changed(spec, same), trees, cache.root)) == []


def test_a_workspace_is_made_once_and_again_when_it_was_edited(released, cache):
    spec, trees = released
    spec = changed(spec, *CHANGES)
    workspace = make(spec, trees, cache.root)
    first = (workspace.root.parent.stat().st_ino, listing(workspace.root))
    again = make(spec, trees, cache.root)
    assert again == workspace
    assert again.root.parent.stat().st_ino == first[0]
    (workspace.root / "a.py").write_text("x = 3\n")
    assert listing(make(spec, trees, cache.root).root) == first[1]
    (workspace.root / "left.tmp").touch()
    assert listing(make(spec, trees, cache.root).root) == first[1]
    (workspace.root / "run").unlink()
    assert listing(make(spec, trees, cache.root).root) == first[1]
    assert sorted(path.name for path in (cache.root / "workspaces").iterdir()) == sorted(
        [changed(spec).workspace_id, spec.workspace_id]
    )


def test_a_moved_cache_is_still_whole(released, cache, tmp_path):
    spec, trees = released
    spec = changed(spec, *CHANGES)
    before = status(make(spec, trees, cache.root))
    shutil.copytree(cache.root, tmp_path / "moved", symlinks=True)
    shutil.rmtree(cache.root)
    moved = Cache.open(tmp_path / "moved")
    folder = moved.root / "workspaces" / spec.workspace_id
    assert is_whole(folder)
    workspace = make(spec, {}, moved.root)
    assert workspace.root == folder / "tree"
    assert status(workspace) == before
    assert log(workspace, "%s") == ["Count from two", "Release 1.1", "Release 1.0"]


def test_where_files_cannot_be_linked_they_are_copied(released, cache, monkeypatch):
    spec, trees = released
    linked = listing(make(changed(spec, *CHANGES), trees, cache.root).root)
    shutil.rmtree(cache.root / "workspaces")

    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    workspace = make(changed(spec, *CHANGES), trees, cache.root)
    assert listing(workspace.root) == linked
    assert (workspace.root / "kept.log").stat().st_nlink == 1
    assert "?? new/c.py" in status(workspace)


def _made(given: tuple[WorkspaceSpec, dict[str, Path], Path]) -> tuple[list, list[str]]:
    workspace = make(*given)
    return listing(workspace.root), log(workspace, "%H")


def test_many_processes_make_one_workspace(released, cache):
    spec, trees = released
    given = (changed(spec, *CHANGES), trees, cache.root)
    with ProcessPoolExecutor(4) as pool:
        results = list(pool.map(_made, [given] * 8))
    assert all(result == results[0] for result in results)
    names = [path.name for path in (cache.root / "workspaces").iterdir()]
    assert sorted(names) == sorted([spec.workspace_id, given[0].workspace_id])


def test_one_that_was_killed_leaves_nothing_that_looks_whole(released, cache, tmp_path):
    spec, trees = released
    ready, given = tmp_path / "ready", tmp_path / "given.json"
    spec = changed(spec, *CHANGES)
    given.write_text(json.dumps([spec.model_dump(mode="json"), trees, cache.root], default=str))
    code = f"""
import json, time
from pathlib import Path
import curate.workspaces.make as module
from curate.workspaces.spec import WorkspaceSpec
module.link_tree = lambda *_, **__: (Path({str(ready)!r}).touch(), time.sleep(60))
fields, trees, root = json.loads(Path({str(given)!r}).read_text())
trees = {{name: Path(tree) for name, tree in trees.items()}}
module.make(WorkspaceSpec.model_validate(fields), trees, Path(root))
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    folder = cache.root / "workspaces" / spec.workspace_id
    assert not folder.exists()
    (left,) = folder.parent.glob(".*")
    assert status(make(spec, trees, cache.root))
    left.rename(left.with_name(f".{spec.workspace_id}.1000-1-ab.tmp"))  # long ago
    Cache.open(cache.root)
    assert list(folder.parent.glob(".*")) == []


@pytest.mark.parametrize(
    "path",
    ["../a", "/etc/x", "pkg", "link", "link/x", "a.py/b", "pkg//b.py", ".git/config", "a\nb", ""],
)
def test_a_change_of_what_is_no_file_is_refused(released, cache, path):
    spec, trees = released
    with pytest.raises(CurateError, match=r"tiny@1\.1: refused at "):
        make(changed(spec, Change(path=path, content="")), trees, cache.root)
    assert [p.name for p in (cache.root / "workspaces").iterdir()] == [spec.workspace_id]


def test_a_folder_that_is_a_link_is_not_written_through(tree, cache):
    made = tree("1.0", {"real/a.py": "1\n", "door": ("link", "real")})
    spec = WorkspaceSpec(
        source_id="tiny@1.0", tree_sha256=made.tree_sha256, author="a", date=NEW_DATE
    )
    trees = {made.tree_sha256: made.tree}
    with pytest.raises(CurateError) as raised:
        make(changed(spec, Change(path="door/a.py", content="")), trees, cache.root)
    assert str(raised.value) == (
        "tiny@1.0: refused at 'door/a.py': no file can be written there\n"
        "  fix: name a file of the source, or a new one in it"
    )


def test_a_tree_that_nobody_pins_any_more_is_named(released, cache):
    spec, _ = released
    with pytest.raises(CurateError) as raised:
        make(spec, {}, cache.root)
    (past,) = spec.history
    assert str(raised.value) == (
        f"tree {past.tree_sha256[:12]}: is of no source that is pinned here now\n"
        "  fix: run the build again; it makes its workspaces of what is pinned"
    )


def test_a_git_that_fails_is_told_in_its_words(released, cache):
    spec, trees = released
    broken = spec.model_copy(update={"author": "Ada <", "history": ()})
    with pytest.raises(CurateError) as raised:
        make(broken, trees, cache.root)
    first, second, *_, fix = str(raised.value).splitlines()
    assert first == "git fast-import: the history of a workspace could not be written"
    assert second.startswith("  fatal: ")
    assert fix == "  fix: see that the cache's disk is not full and that git is 2.31 or newer"
    assert list((cache.root / "workspaces").iterdir()) == []
