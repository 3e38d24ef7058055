"""git_status, git_diff and git_log: what git says, and nothing that a tree or a user wants said."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from curate.tools.base import Workspace
from curate.tools.git_diff import MAX_CHARS, MAX_LINES, GitDiff, Hunk
from curate.tools.git_diff import MAX_FILES as MAX_DIFFED
from curate.tools.git_log import GitLog, GitLogResult, LoggedCommit
from curate.tools.git_status import MAX_FILES, FileStatus, GitStatus
from curate.tools.repository import git_version, shown_author
from curate.workspaces.repository import write_skeleton

from .conftest import fingerprint

CODE = (
    "import os\n\n\nclass A:\n    def first(self):\n        a = 1\n        b = 2\n        c = 3\n"
)
MORE = "        d = 4\n        e = 5\n        return a\n\n    def second(self):\n        return 9\n"


class Repository:
    """A workspace and the git that a developer works in it with."""

    def __init__(self, folder: Path) -> None:
        self.root, self.git_dir = folder / "tree", folder / "git"
        self.root.mkdir()
        write_skeleton(self.git_dir)
        self.workspace = Workspace("w", self.root, self.git_dir)
        self.day = 0

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    def git(self, *arguments: str) -> str:
        places = (f"--git-dir={self.git_dir}", f"--work-tree={self.root}")
        who = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in {
                "NAME": "Ada",
                "EMAIL": "ada@example.org",
                "DATE": f"2025-01-{self.day:02} 23:30:00 -0200",
            }.items()
        }
        lock = self.git_dir / "index.lock"
        lock.unlink()
        try:
            return subprocess.run(
                ["git", *places, *arguments],
                cwd=self.root,
                env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **who},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        finally:
            lock.touch()

    def commit(self, message: str, files: Mapping[str, str | bytes | None]) -> None:
        self.day += 1
        self.write(files)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--message", message)

    def status(self) -> list[tuple[str, str, bool]]:
        return [(row.file, row.status, row.staged) for row in GitStatus().run(self.workspace).files]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One commit: a.py, b.py, pkg/c.py, a program, a link and an empty file."""
    made = Repository(tmp_path)
    made.root.joinpath("link").symlink_to("pkg")
    made.commit(
        "Begin\n\nIn earnest.",
        {"a.py": CODE + MORE, "b.py": "b\n", "pkg/c.py": "c\n", "run": "#!/bin/sh\n", "empty": ""},
    )
    return made


def test_a_clean_tree_is_clean_and_has_no_diff(repository):
    result = GitStatus().call(repository.workspace, {})
    assert GitStatus().content(result) == (
        '{"success":true,"clean":true,"file_count":0,"files":[],"truncated":false}'
    )
    assert GitStatus().is_clean(result)
    for staged in (True, False):
        diff = GitDiff().call(repository.workspace, {"staged": staged})
        assert GitDiff().is_empty(diff)
        assert GitDiff().content(diff) == (
            '{"success":true,"file_count":0,"additions":0,"deletions":0,"files":[],'
            '"truncated":false}'
        )


def test_every_kind_of_change_has_its_word(repository):
    repository.write({"a.py": "staged\n", "new.py": "n = 1\n"})
    repository.git("add", "a.py", "new.py")
    repository.git("mv", "b.py", "moved.py")
    repository.git("rm", "--quiet", "empty")
    repository.write({"a.py": "both\n", "pkg/c.py": None, "pkg/x/y.py": "u", "pkg/x/z.py": "u"})
    repository.root.joinpath("run").chmod(0o755)
    result = GitStatus().call(repository.workspace, {})
    assert result.files == [
        FileStatus(file="a.py", status="modified", staged=True),
        FileStatus(file="a.py", status="modified", staged=False),
        FileStatus(file="empty", status="deleted", staged=True),
        FileStatus(file="moved.py", status="renamed", staged=True, old_file="b.py"),
        FileStatus(file="new.py", status="added", staged=True),
        FileStatus(file="pkg/c.py", status="deleted", staged=False),
        FileStatus(file="pkg/x/y.py", status="untracked", staged=False),
        FileStatus(file="pkg/x/z.py", status="untracked", staged=False),
        FileStatus(file="run", status="modified", staged=False),
    ]
    assert (result.success, result.clean, result.file_count) == (True, False, 8)
    assert not GitStatus().is_clean(result)
    assert '"old_file"' not in GitStatus().content(result).split("moved.py")[0]


def test_a_diff_is_hunks_with_their_places(repository):
    text = (CODE + MORE).replace("import os\n", "").replace("return 9", "return 10")
    repository.write({"a.py": text})
    result = GitDiff().call(repository.workspace, {})
    assert (result.file_count, result.additions, result.deletions) == (1, 1, 2)
    (file,) = result.files
    assert (file.file, file.status, file.binary) == ("a.py", "modified", False)
    assert file.hunks == [
        Hunk(
            old_start=1,
            old_lines=4,
            new_start=1,
            new_lines=3,
            header="",
            lines=["-import os", " ", " ", " class A:"],
        ),
        Hunk(
            old_start=11,
            old_lines=4,
            new_start=10,
            new_lines=4,
            header="def first(self):",
            lines=[
                "         return a",
                " ",
                "     def second(self):",
                "-        return 9",
                "+        return 10",
            ],
        ),
    ]
    assert GitDiff().is_empty(GitDiff().call(repository.workspace, {"staged": True}))


def test_staged_and_not_staged_are_two_diffs(repository):
    repository.write({"b.py": "staged\n"})
    repository.git("add", "b.py")
    repository.write({"b.py": "tree\n"})
    lines = [
        GitDiff().run(repository.workspace, staged=staged).files[0].hunks[0].lines
        for staged in (True, False)
    ]
    assert lines == [["-b", "+staged"], ["-staged", "+tree"]]


def test_a_diff_tells_what_is_no_text(repository):
    repository.write({"raw.bin": b"\x00\x01", "b.py": b"b\x00", "empty": "no end", "run": None})
    repository.root.joinpath("link").unlink()
    repository.root.joinpath("link").symlink_to("a.py")
    repository.root.joinpath("pkg/c.py").chmod(0o755)
    repository.git("add", "--all")
    repository.git("mv", "a.py", "pkg/a.py")
    told = {
        file.file: (file.status, file.additions, file.deletions, file.binary, file.old_file)
        for file in GitDiff().run(repository.workspace, staged=True).files
    }
    assert told == {
        "b.py": ("modified", 0, 0, True, None),
        "empty": ("modified", 1, 0, False, None),
        "link": ("modified", 1, 1, False, None),
        "pkg/a.py": ("renamed", 0, 0, False, "a.py"),
        "pkg/c.py": ("modified", 0, 0, False, None),
        "raw.bin": ("added", 0, 0, True, None),
        "run": ("deleted", 0, 1, False, None),
    }
    shown = GitDiff().run(repository.workspace, staged=True, path="empty").files[0].hunks[0]
    assert shown.lines == ["+no end", "\\ No newline at end of file"]


def test_a_file_that_became_a_link_is_one_file(repository):
    repository.root.joinpath("b.py").unlink()
    repository.root.joinpath("b.py").symlink_to("a.py")
    repository.write({"pkg/c.py": "d\n"})
    files = GitDiff().run(repository.workspace, staged=False).files
    assert [(file.file, file.additions, file.deletions) for file in files] == [
        ("b.py", 1, 1),
        ("pkg/c.py", 1, 1),
    ]
    assert repository.status()[0] == ("b.py", "modified", False)


def test_lines_that_look_like_a_patch_are_lines(repository):
    text = (
        "diff --git a/x b/x\n@@ -1,3 +1,9 @@\n--- a\n+++ b\n\\ No newline\nBinary files x differ\n"
    )
    repository.write({"b.py": text})
    (file,) = GitDiff().run(repository.workspace, staged=False).files
    assert file.hunks[0].lines == ["-b", *(f"+{line}" for line in text.splitlines())]
    assert (file.additions, file.deletions, file.binary) == (6, 1, False)


def test_a_path_limits_a_diff_to_a_file_or_folder(repository):
    repository.write({"a.py": "", "pkg/c.py": "d\n", "b.py": None})
    for path, files in {
        "pkg": ["pkg/c.py"],
        "./pkg/../a.py": ["a.py"],
        ".": ["a.py", "b.py", "pkg/c.py"],
        "b.py": ["b.py"],
        "link/c.py": ["pkg/c.py"],
        "empty": [],
    }.items():
        found = GitDiff().run(repository.workspace, staged=False, path=path).files
        assert [file.file for file in found] == files


@pytest.mark.parametrize("tool", [GitDiff(), GitLog()], ids=lambda tool: tool.name)
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nope.py", "nope.py: no such file or folder"),
        ("pkg/nope", "pkg/nope: no such file or folder"),
        ("*.py", "*.py: no such file or folder"),
        (":(exclude)a.py", ":(exclude)a.py: no such file or folder"),
        ("--output=x", "--output=x: no such file or folder"),
        ("../x", "../x: outside the project"),
        ("/etc", "/etc: absolute paths are not allowed, use one relative to the project"),
        ("", "not a path: ''"),
    ],
)
def test_a_wrong_path_is_an_error(repository, tool, path, said):
    repository.write({"a.py": "changed\n"})
    before = fingerprint(repository.root)
    result = tool.call(repository.workspace, {"path": path})
    assert (result.success, result.error) == (False, said)
    assert not tool.is_empty(result)
    assert fingerprint(repository.root) == before


def test_a_log_is_the_newest_first_in_utc(repository):
    repository.commit("Go on", {"b.py": None, "pkg/c.py": "d\n"})
    hashes = [line[:10] for line in repository.git("log", "--format=%H").splitlines()]
    result = GitLog().call(repository.workspace, {})
    second = LoggedCommit(
        hash=hashes[0], message="Go on", author="Ada", date="2025-01-03T01:30:00Z"
    )
    first = LoggedCommit(hash=hashes[1], message="Begin", author="Ada", date="2025-01-02T01:30:00Z")
    assert result == GitLogResult(success=True, commit_count=2, commits=[second, first])
    for arguments, commits, is_cut in (
        ({"limit": 1}, [second], True),
        ({"limit": 2}, [second, first], False),
        ({"path": "a.py"}, [first], False),
        ({"path": "b.py"}, [second, first], False),
        ({"path": "pkg", "limit": 1}, [second], True),
    ):
        found = GitLog().call(repository.workspace, arguments)
        assert (found.commits, found.commit_count) == (commits, len(commits))
        assert found.truncated == is_cut


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"limit": 0}, "limit: input should be greater than or equal to 1"),
        ({"limit": 101}, "limit: input should be less than or equal to 100"),
        ({"limit": "3"}, "limit: input should be a valid integer"),
        ({"all": True}, "all: extra inputs are not permitted"),
    ],
)
def test_a_log_takes_what_it_says(repository, arguments, said):
    assert GitLog().call(repository.workspace, arguments).error == said


def test_a_log_of_a_new_file_is_empty(repository):
    repository.write({"new.py": ""})
    result = GitLog().call(repository.workspace, {"path": "new.py"})
    assert (result.success, result.commits, GitLog().is_empty(result)) == (True, [], True)
    assert not GitLog().is_empty(GitLog().call(repository.workspace, {}))


@pytest.mark.parametrize("tool", [GitStatus(), GitDiff(), GitLog()], ids=lambda tool: tool.name)
def test_without_a_repository_there_is_nothing_to_ask(repository, tool, tmp_path):
    for git_dir in (None, tmp_path / "none", repository.root):
        result = tool.call(Workspace("w", repository.root, git_dir), {})
        assert (result.success, result.error) == (False, "not a git repository")
        assert not tool.is_clean(result)
        assert not tool.is_empty(result)


def test_a_broken_repository_is_told_without_this_machines_paths(repository):
    repository.git_dir.joinpath("HEAD").write_text("nonsense\n")
    error = GitStatus().call(repository.workspace, {}).error
    assert error == "git: not a git repository: 'the repository'"


ODD = [
    'qu"ote.py',
    "new\nline.py",
    "tab\t.py",
    " lead",
    "-dash",
    "é ü.py",
    "a -> b",
    "\\n",
    ":(top)x",
]


def test_odd_names_are_told_as_they_are(repository):
    repository.write(dict.fromkeys(ODD, "1\n"))
    assert repository.status() == [(name, "untracked", False) for name in sorted(ODD)]
    repository.git("add", "--all")
    assert repository.status() == [(name, "added", True) for name in sorted(ODD)]
    diff = GitDiff().run(repository.workspace, staged=True)
    assert sorted(file.file for file in diff.files) == sorted(ODD)
    assert {(file.status, file.additions) for file in diff.files} == {("added", 1)}
    repository.commit("Odd", {})
    repository.git("mv", "a -> b", "b -> a")
    (row,) = GitStatus().run(repository.workspace).files
    assert (row.file, row.status, row.old_file) == ("b -> a", "renamed", "a -> b")
    for name in ODD:
        assert GitLog().run(repository.workspace, limit=10, path=name).commit_count == 1


def test_a_name_that_is_not_utf8_is_told_with_replacement(repository):
    with open(os.fsencode(repository.root) + b"/b\xff.py", "w", encoding="utf-8"):  # noqa: PTH123
        pass
    assert repository.status() == [("b\ufffd.py", "untracked", False)]


def test_ten_thousand_files_are_counted_and_not_all_listed(repository):
    folder = repository.root / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05}.py").write_text("x = 1\n")
    result = GitStatus().run(repository.workspace)
    assert (result.file_count, len(result.files), result.truncated) == (10_000, MAX_FILES, True)
    assert result.files[0].file == "many/00000.py"
    repository.git("add", "--all")
    diff = GitDiff().run(repository.workspace, staged=True)
    assert (diff.file_count, diff.additions, diff.truncated) == (10_000, 10_000, True)
    assert [file.file for file in diff.files] == [f"many/{n:05}.py" for n in range(MAX_DIFFED)]
    assert len(GitDiff().content(diff)) < MAX_CHARS


def test_a_long_diff_is_cut_after_its_lines_and_characters(repository):
    repository.write({"b.py": "".join(f"{n}\n" for n in range(3_000)), "pkg/c.py": "d\n"})
    result = GitDiff().run(repository.workspace, staged=False)
    first, second = result.files
    assert (result.additions, result.deletions, result.truncated) == (3_001, 2, True)
    assert (first.additions, first.hunks[0].new_lines) == (3_000, 3_000)
    assert first.hunks[0].lines == ["-b", *(f"+{n}" for n in range(MAX_LINES - 1))]
    assert (second.additions, second.deletions, second.hunks) == (1, 1, [])
    repository.write({"b.py": "x" * MAX_CHARS + "\n"})
    result = GitDiff().run(repository.workspace, staged=False)
    assert result.files[0].hunks[0].lines == ["-b"]
    assert (result.files[0].additions, result.files[1].hunks, result.truncated) == (1, [], True)


def test_nothing_that_a_tree_asks_for_is_run(repository, tmp_path):
    """Filters, drivers, hooks, monitors and settings, wherever a tree may hold them."""
    ran = tmp_path / "ran"
    program = tmp_path / "harm"
    program.write_text(f"#!/bin/sh\necho $0 >> {ran}\ncat\n")
    program.chmod(0o755)
    settings = (
        f'[filter "harm"]\n\tclean = {program}\n\tprocess = {program}\n\trequired = true\n'
        f'[diff "harm"]\n\tcommand = {program}\n\ttextconv = {program}\n'
        f"[core]\n\tfsmonitor = {program}\n\thooksPath = {tmp_path}\n\tpager = {program}\n"
        f"[diff]\n\texternal = {program}\n[include]\n\tpath = {tmp_path}/more\n"
    )
    tree = {
        ".gitattributes": "* filter=harm diff=harm text eol=crlf working-tree-encoding=UTF-16\n",
        ".gitconfig": settings,
        ".gitmodules": f'[submodule "x"]\n\tpath = pkg\n\turl = x\n\tupdate = !{program}\n',
        "config": settings,
        "hooks/post-index-change": f"#!/bin/sh\n{program}\n",
    }
    before = repository.status()
    repository.write({**tree, "b.py": "b\r\nc\r\n"})
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        (repository.git_dir / "hooks").mkdir(exist_ok=True)
        (repository.git_dir / "hooks" / hook).symlink_to(program)
    repository.git_dir.joinpath("config").write_text(
        repository.git_dir.joinpath("config").read_text() + settings
    )
    assert before == []
    assert repository.status() == sorted(
        [("b.py", "modified", False), *((name, "untracked", False) for name in tree)]
    )
    result = GitDiff().run(repository.workspace, staged=False)
    assert result.files[0].hunks[0].lines == ["-b", "+b\r", "+c\r"]
    GitLog().run(repository.workspace, limit=10)
    assert not ran.exists()


def test_no_setting_of_the_user_has_a_say(repository, tmp_path, monkeypatch):
    repository.write({"b.py": "c\n", "ignored.txt": "x"})
    calls = [(GitStatus(), {}), (GitDiff(), {}), (GitLog(), {})]
    before = [tool.content(tool.call(repository.workspace, given)) for tool, given in calls]
    (tmp_path / "ignore").write_text("*.txt\n")
    (tmp_path / ".gitconfig").write_text(
        f"[core]\n\texcludesFile = {tmp_path}/ignore\n\tquotePath = true\n"
        "[diff]\n\tnoprefix = true\n"
        "[status]\n\tshort = true\n\tshowUntrackedFiles = no\n"
        "[color]\n\tui = always\n[log]\n\tdate = relative\n\tshowSignature = true\n"
    )
    for name, value in {
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_DIR": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_EXTERNAL_DIFF": "/bin/false",
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "Asia/Tokyo",
        "PATH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    git_version.cache_clear()
    assert [tool.content(tool.call(repository.workspace, given)) for tool, given in calls] == before
    assert "ignored.txt" in before[0]
    assert {tool.version({}) for tool, _ in calls} == {git_version()}


def test_nothing_is_written(repository):
    repository.write({"b.py": "c\n"})
    os.utime(repository.root / "a.py", (1, 1))  # the index is out of date now
    trees = [fingerprint(folder) for folder in (repository.root, repository.git_dir)]
    for tool in (GitStatus(), GitDiff(), GitLog()):
        assert tool.call(repository.workspace, {}).success
    assert [fingerprint(folder) for folder in (repository.root, repository.git_dir)] == trees


def test_a_submodule_is_passed_over(repository):
    head = repository.git("rev-parse", "HEAD").strip()
    repository.write({".gitmodules": '[submodule "sub"]\n\tpath = sub\n\turl = ../x\n'})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    repository.git("add", ".gitmodules")
    repository.git("commit", "--quiet", "--message", "Add a submodule")
    assert repository.status() == []
    assert GitDiff().is_empty(GitDiff().call(repository.workspace, {}))
    assert GitLog().run(repository.workspace, limit=1).commits[0].message == "Add a submodule"


@pytest.mark.parametrize(
    ("name", "shown"), [("Ada", "Ada"), ("ada@example.org", "ada"), ("Ada <a@b>", "Ada <a")]
)
def test_an_author_is_shown_without_an_address(name, shown):
    assert shown_author(name) == shown
