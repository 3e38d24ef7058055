import os
import subprocess
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import Cache, GitSource, fetch
from curate.sources.git import environment, run_git

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "a", "EMAIL": "a@b", "DATE": "1700000000 +0000"}.items()
}


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment() | IDENTITY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit: a file, a program, a link, and attributes that mean harm."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "a.py").write_bytes(b"x = 1\n$Format:%H$\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "run").write_bytes(b"#!/bin/sh\n")
    (folder / "tests" / "run").chmod(0o755)
    (folder / "link").symlink_to("tests/run")
    (folder / ".gitattributes").write_bytes(
        b"tests export-ignore\na.py export-subst text eol=crlf filter=harm\n"
    )
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


def source(repository: Path, commit: str | None = None) -> GitSource:
    return GitSource(
        name="ours",
        url=str(repository),
        commit=commit or git(repository, "rev-parse", "HEAD"),
        license_spdx="MIT",
        category="tools",
    )


def test_the_tree_is_exactly_what_was_committed(repository: Path, cache: Cache) -> None:
    fetched = fetch(source(repository), cache)
    commit = git(repository, "rev-parse", "HEAD")
    assert (fetched.name, fetched.version, fetched.revision) == ("ours", commit[:12], commit)
    assert (fetched.tree / "a.py").read_bytes() == b"x = 1\n$Format:%H$\n"
    assert (fetched.tree / "link").readlink() == Path("tests/run")
    assert os.access(fetched.tree / "tests" / "run", os.X_OK)
    assert sorted(path.name for path in fetched.tree.iterdir()) == [
        ".gitattributes",
        "a.py",
        "link",
        "tests",
    ]


def test_an_older_commit_is_fetched_from_the_same_mirror(repository: Path, cache: Cache) -> None:
    first = source(repository)
    (repository / "b.py").write_text("")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "two")
    trees = [fetch(source(repository), cache).tree, fetch(first, cache).tree]
    assert [(tree / "b.py").exists() for tree in trees] == [True, False]
    assert len(list(cache.git.iterdir())) == 1


def test_a_fetched_commit_needs_the_repository_no_more(repository: Path, cache: Cache) -> None:
    pinned = source(repository)
    first = fetch(pinned, cache)
    repository.rename(repository.with_name("gone"))
    assert fetch(pinned, cache) == first


def test_a_relative_url_starts_at_the_projects_root(repository: Path, cache: Cache) -> None:
    pinned = source(repository).model_copy(update={"url": "../repository"})
    root = repository.parent / "project"
    root.mkdir()
    assert (fetch(pinned, cache, root=root).tree / "a.py").exists()


def test_no_hook_filter_or_setting_of_anyone_runs(
    repository: Path, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "harm"
    program.write_text(f"#!/bin/sh\necho $0 >> {ran}\ncat\n")
    program.chmod(0o755)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-upload-pack"):
        (repository / ".git/hooks").mkdir(exist_ok=True)
        (repository / ".git/hooks" / hook).symlink_to(program)
    for key in ("filter.harm.smudge", "core.fsmonitor", "uploadpack.packObjectsHook"):
        git(repository, "config", key, str(program))
    settings = tmp_path / "gitconfig"
    settings.write_text(
        f'[filter "harm"]\n\tsmudge = {program}\n[core]\n\thooksPath = {repository}/.git/hooks\n'
        f"[uploadpack]\n\tpackObjectsHook = {program}\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    fetch(source(repository), cache)
    assert not ran.exists()


def test_a_submodule_is_left_out(repository: Path, cache: Cache) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    git(repository, "commit", "--quiet", "--message", "sub")
    assert not (fetch(source(repository), cache).tree / "sub").exists()


def test_a_commit_with_a_link_that_leaves_is_refused(repository: Path, cache: Cache) -> None:
    (repository / "out").symlink_to("../../etc/passwd")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "out")
    pinned = source(repository)
    with pytest.raises(CurateError) as raised:
        fetch(pinned, cache)
    assert str(raised.value) == (
        f"ours at {pinned.commit[:12]}: refused at 'out': "
        "a link to '../../etc/passwd', which leaves the folder\n"
        "  fix: pin another commit"
    )
    assert list(cache.trees.iterdir()) == []


def test_a_missing_commit_is_told_with_the_next_step(repository: Path, cache: Cache) -> None:
    with pytest.raises(CurateError) as raised:
        fetch(source(repository, "1" * 40), cache)
    assert str(raised.value) == (
        f"ours ({repository}): the repository has no commit {'1' * 40}\n"
        "  fix: take a commit that `git log` shows there, or push this one"
    )


def test_a_tree_is_no_commit(repository: Path, cache: Cache) -> None:
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    with pytest.raises(CurateError, match=f"the repository has no commit {tree}"):
        fetch(source(repository, tree), cache)


def test_a_folder_that_is_not_there_is_named(repository: Path, cache: Cache) -> None:
    pinned = source(repository).model_copy(update={"url": "nowhere"})
    with pytest.raises(CurateError) as raised:
        fetch(pinned, cache)
    assert str(raised.value) == (
        "ours (nowhere): there is no such folder\n"
        "  fix: correct url of [sources.ours] in corpora/sources.toml"
    )


def test_a_folder_that_is_no_repository_is_told_in_gits_words(
    tmp_path: Path, repository: Path, cache: Cache
) -> None:
    pinned = source(repository).model_copy(update={"url": str(tmp_path / "plain")})
    (tmp_path / "plain").mkdir()
    with pytest.raises(CurateError) as raised:
        fetch(pinned, cache)
    plain = tmp_path / "plain"
    assert str(raised.value) == (
        f"ours ({plain}): git could not fetch it\n"
        f"  fatal: '{plain}' does not appear to be a git repository\n"
        "  fatal: Could not read from remote repository.\n"
        "  Please make sure you have the correct access rights\n"
        "  and the repository exists.\n"
        "  fix: see that `git ls-remote` reads the url without asking for a password"
    )


def test_without_git_the_error_says_so(
    repository: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = source(repository)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CurateError) as raised:
        fetch(pinned, cache)
    assert str(raised.value) == (
        "git: the command git is not on the PATH\n"
        "  fix: install git, or remove the git sources from corpora/sources.toml"
    )


def test_other_protocols_are_closed(tmp_path: Path) -> None:
    result = run_git("ls-remote", "ext::sh -c date", folder=tmp_path)
    assert (result.returncode, result.stderr) == (128, b"fatal: transport 'ext' not allowed\n")


def test_a_git_that_cannot_make_the_mirror_is_told_in_its_words(
    repository: Path, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = source(repository)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "git"
    program.write_text("#!/bin/sh\necho 'fatal: the disk is full' >&2\nexit 128\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(CurateError) as raised:
        fetch(pinned, cache)
    (where, *rest) = str(raised.value).split(": ", 1)
    assert Path(where).parent == cache.git
    assert rest == [
        "fatal: the disk is full\n  fix: curate clean, or set CURATE_CACHE to another folder"
    ]
    assert list(cache.git.iterdir()) == []
