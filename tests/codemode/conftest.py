"""Workspaces to run snippets in: the fixture corpus bare, committed, and changed since."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from curate.tools.base import Workspace

OUTCOMES = """\
import pytest

def test_passes():
    pass

def test_fails():
    assert 1 == 2

@pytest.mark.skip(reason="not today")
def test_is_skipped():
    pass

@pytest.mark.xfail(reason="known")
def test_is_expected_to_fail():
    raise ValueError("a\\nb")

def test_has_an_error(nothing):
    pass
"""
CORPUS = Path(__file__).parents[1] / "corpus"
BY = {"NAME": "Ada", "EMAIL": "", "DATE": "2026-02-01T10:00:00+00:00"}
VARIABLES = {f"GIT_{who}_{what}": BY[what] for who in ("AUTHOR", "COMMITTER") for what in BY}


def git(workspace: Workspace, *words: str) -> None:
    """Run git in a workspace, as one author at one time and with no setting of this machine."""
    places = [f"--git-dir={workspace.git_dir}", f"--work-tree={workspace.root}"]
    subprocess.run(
        ["git", *places, *words],
        check=True,
        capture_output=True,
        cwd=workspace.root,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_GLOBAL": "/dev/null", **VARIABLES},
    )


def committed(folder: Path, *, with_changes: bool) -> Workspace:
    """A copy of the corpus in a repository of two commits, with changes of every kind or none."""
    name = "changed" if with_changes else "committed"
    workspace = Workspace(name, folder / "tree", folder / "git", Path(sys.prefix))
    shutil.copytree(CORPUS, workspace.root)
    git(workspace, "init", "--quiet")
    git(workspace, "add", "README.md")
    git(workspace, "commit", "--quiet", "-m", "The readme")
    git(workspace, "add", ".")
    git(workspace, "commit", "--quiet", "-m", "Everything else\n\nIn one piece.")
    if with_changes:
        write_changes(workspace)
    return workspace


def write_changes(workspace: Workspace) -> None:
    """Modified, staged, both, added, deleted, renamed, binary and untracked files."""
    root = workspace.root
    billing = root / "src/parcelbox/billing.py"
    billing.write_text(billing.read_text().replace("return", "return  ", 1))
    git(workspace, "add", "src/parcelbox/billing.py")
    billing.write_text(f"import os\n{billing.read_text()}")
    (root / "odd/empty.py").write_text("x = 1\n")
    (root / "odd/data.bin").write_bytes(bytes(range(256)))
    git(workspace, "add", "odd")
    (root / "odd/data.bin").write_bytes(bytes(range(255)))
    git(workspace, "mv", "docs/guide.md", "docs/handbook.md")
    (root / "docs/api.rst").unlink()
    (root / "tests/test_outcomes.py").write_text(OUTCOMES)
    many = "".join(f"def test_{n}():\n    assert {n} % 2\n\n" for n in range(120))
    (root / "tests/test_many.py").write_text(many)
    (root / "uses.py").write_text("name = 1\n" + "print(name)\n" * 60)
    (root / "new.py").write_text("import os\n")


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """By name: `bare` has no repository."""
    bare = tmp_path_factory.mktemp("bare") / "tree"
    shutil.copytree(CORPUS, bare)
    return {
        "bare": Workspace("bare", bare),
        "committed": committed(tmp_path_factory.mktemp("committed"), with_changes=False),
        "changed": committed(tmp_path_factory.mktemp("changed"), with_changes=True),
    }
