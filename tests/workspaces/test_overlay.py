"""A written file is in a copy; the workspace, its source and its index stay as they were."""

from pathlib import Path

import pytest

from curate.tools.base import ToolError, Workspace
from curate.tools.git_status import GitStatus
from curate.workspaces.make import make
from curate.workspaces.overlay import MAX_CONTENT_BYTES, with_file
from curate.workspaces.spec import Change

from .conftest import changed
from .test_make import CHANGES, listing


@pytest.fixture
def workspace(released, cache) -> Workspace:
    """`tiny` as it was released."""
    spec, trees = released
    return make(spec, trees, cache.root)


def status(workspace: Workspace) -> list[tuple[str, str, bool]]:
    files = GitStatus().run(workspace).files
    return [(entry.file, entry.status, entry.staged) for entry in files]


def contents(root: Path) -> dict[str, bytes]:
    return {path: content for path, _, _, content in listing(root)}


def test_a_copy_has_the_file_and_all_others(workspace, cache):
    before = listing(workspace.root)
    index = (workspace.git_dir / "index").read_bytes()
    copy = with_file(workspace, "pkg/new/c.py", "é = 1\r\n", cache.root)
    assert contents(copy.root) == contents(workspace.root) | {"pkg/new/c.py": "é = 1\r\n".encode()}
    assert status(copy) == [("pkg/new/c.py", "untracked", False)]
    assert listing(workspace.root) == before
    assert status(workspace) == []
    assert (workspace.git_dir / "index").read_bytes() == index
    assert copy.git_dir == workspace.git_dir
    assert copy.root == cache.root / "workspaces" / copy.workspace_id / "tree"


def test_a_file_of_the_same_length_is_a_change_and_its_old_text_again_is_none(workspace, cache):
    copy = with_file(workspace, "a.py", "x = 7\n", cache.root)
    assert status(copy) == [("a.py", "modified", False)]
    assert status(with_file(copy, "a.py", "x = 8\n", cache.root)) == [("a.py", "modified", False)]
    index = (workspace.git_dir / "index").read_bytes()
    assert status(with_file(copy, "a.py", "x = 1\n", cache.root)) == []
    assert (workspace.git_dir / "index").read_bytes() == index


def test_what_was_staged_and_committed_stays_so_in_a_copy(released, cache):
    spec, trees = released
    planted = make(changed(spec, *CHANGES), trees, cache.root)
    before = status(planted)
    copy = with_file(planted, "pkg/b.py", "y = 3\n", cache.root)
    assert status(copy) == sorted(
        [*before, ("pkg/b.py", "modified", False)], key=lambda row: (row[0], not row[2])
    )
    assert status(planted) == before


def test_a_copy_is_made_once_whatever_the_path_is_called(workspace, cache):
    one = with_file(workspace, "pkg/b.py", "y = 2\n", cache.root)
    inode = one.root.stat().st_ino
    assert with_file(workspace, "./pkg/../pkg/b.py", "y = 2\n", cache.root) == one
    assert one.root.stat().st_ino == inode
    others = [
        with_file(workspace, "pkg/b.py", "y = 3\n", cache.root),
        with_file(workspace, "pkg/c.py", "y = 2\n", cache.root),
        with_file(one, "pkg/b.py", "y = 2\n", cache.root),
    ]
    assert len({one.workspace_id, *(other.workspace_id for other in others)}) == 4


def test_a_copy_that_was_edited_is_made_anew(workspace, cache):
    copy = with_file(workspace, "a.py", "x = 7\n", cache.root)
    (copy.root / "a.py").write_text("x = 9\n")
    assert with_file(workspace, "a.py", "x = 7\n", cache.root) == copy
    assert (copy.root / "a.py").read_text() == "x = 7\n"


def test_a_program_stays_one(workspace, cache):
    copy = with_file(workspace, "run", "#!/bin/bash\n", cache.root)
    assert (copy.root / "run").stat().st_mode & 0o777 == 0o755


def test_a_copy_lies_beside_its_workspace_else_in_the_users_cache(
    workspace, cache, tmp_path, monkeypatch
):
    monkeypatch.setenv("CURATE_CACHE", str(tmp_path / "other"))
    copy = with_file(workspace, "a.py", "")
    assert copy.root.is_relative_to(cache.root / "workspaces")
    assert with_file(copy, "a.py", "1").root.is_relative_to(cache.root / "workspaces")
    alone = with_file(Workspace("w", workspace.root), "a.py", "")
    assert alone.root.is_relative_to(tmp_path / "other" / "workspaces")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "not a path: ''"),
        ("/etc/x", "/etc/x: absolute paths are not allowed, use one relative to the project"),
        ("../x", "../x: outside the project"),
        ("pkg/../..", "pkg/../..: outside the project"),
        (".", ".: is a folder"),
        ("pkg", "pkg: is a folder"),
        ("pkg/", "pkg/: is a folder"),
        ("link", "link: link is a link, name the file itself"),
        ("door/a.py", "door/a.py: door is a link, name the file itself"),
        ("out", "out: outside the project"),
        ("out/x", "out/x: outside the project"),
        ("a.py/b", "a.py/b: a.py is a file"),
        ("a.py/b/c", "a.py/b/c: a.py is a file"),
        (".git/hooks/x", ".git/hooks/x: a git folder, whose settings can run programs"),
        ("pkg/.GIT", "pkg/.GIT: a git folder, whose settings can run programs"),
        ("a\nb", "a\\nb: a control character in the name"),
        ("A.py", "A.py: A.py differs from another name there only by case or accents"),
        ("PKG/c.py", "PKG/c.py: PKG differs from another name there only by case or accents"),
        ("c:\\x", "c:\\\\x: an absolute path, a drive or a backslash"),
        ("x" * 256, f"{'x' * 256}: file name too long"),
    ],
)
def test_a_path_that_is_no_file_of_the_project_is_refused(workspace, cache, tmp_path, path, said):
    root = tmp_path / "tree"
    root.mkdir()
    for name, content in {"a.py": "", "pkg/b.py": ""}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content)
    (root / "link").symlink_to("a.py")
    (root / "door").symlink_to("pkg")
    (root / "out").symlink_to(tmp_path)
    before = listing(tmp_path / "tree")
    with pytest.raises(ToolError) as raised:
        with_file(Workspace("w", root), path, "x", cache.root)
    assert str(raised.value) == said
    assert listing(root) == before


def test_a_content_is_text_and_not_too_long(workspace, cache):
    with_file(workspace, "a.py", "x" * MAX_CONTENT_BYTES, cache.root)
    with pytest.raises(ToolError, match=r"^a\.py: more than 262,144 bytes$"):
        with_file(workspace, "a.py", "é" * (MAX_CONTENT_BYTES // 2) + "x", cache.root)
    with pytest.raises(ToolError, match=r"^content: not valid unicode$"):
        with_file(workspace, "a.py", "\ud800", cache.root)


def test_a_workspace_that_is_gone_cannot_be_written_to(tmp_path, cache):
    with pytest.raises(ToolError, match=r"^the project is not there any more$"):
        with_file(Workspace("w", tmp_path / "gone"), "a.py", "", cache.root)


def test_a_change_and_a_written_file_are_two_workspaces(released, cache, workspace):
    spec, trees = released
    planted = make(changed(spec, Change(path="a.py", content="x = 7\n")), trees, cache.root)
    copy = with_file(workspace, "a.py", "x = 7\n", cache.root)
    assert copy.workspace_id != planted.workspace_id
    assert contents(copy.root) == contents(planted.root)
    assert status(copy) == status(planted)
