"""One commit of a git repository: mirrored into the cache, its files exactly as committed.

    repository = mirror(source, cache, root)
    write_commit(repository, source.commit, writer)

Files come from git's objects, never from a checkout: no hook, filter, attribute or submodule of the
repository, and nothing of this user's git configuration, has a say in them.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from curate.errors import CurateError
from curate.sources.atomic import temporary_beside
from curate.sources.cache import Cache
from curate.sources.source import GitSource
from curate.sources.tree import CHUNK_BYTES, TreeWriter

# What of the environment git needs to find itself, a proxy, certificates and an ssh agent.
_KEPT = (
    *("PATH", "TMPDIR", "SYSTEMROOT", "SSH_AUTH_SOCK", "GIT_SSL_CAINFO", "SSL_CERT_FILE"),
    *("SSL_CERT_DIR", "CURL_CA_BUNDLE", "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy"),
    *("NO_PROXY", "all_proxy", "ALL_PROXY"),
)
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.alternateRefsCommand": "false",
    "credential.helper": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.ssh.allow": "always",
    "safe.directory": "*",
}
_FETCH_SECONDS = 1800  # chosen by us, 2026-11-21


def run_git(
    *arguments: str, folder: Path, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The finished `git` command, with our settings and nothing of the user's."""
    return subprocess.run(  # noqa: S603  git only, its words never from a shell
        command(*arguments, settings=settings),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_FETCH_SECONDS,
        check=False,
    )


def environment() -> dict[str, str]:
    """A git environment without the user's configuration, prompts, or a repository of its own."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def command(*arguments: str, settings: dict[str, str] | None = None) -> list[str]:
    """A command line of git with our settings. Raises CurateError when there is no git."""
    git = shutil.which("git")
    if git is None:
        raise CurateError(
            where="git",
            what="the command git is not on the PATH",
            fix="install git, or remove the git sources from corpora/sources.toml",
        )
    words = [git]
    for key, value in (_SETTINGS | (settings or {})).items():
        words += ["-c", f"{key}={value}"]
    return [*words, *arguments]


def mirror(source: GitSource, cache: Cache, root: Path) -> Path:
    """The bare repository in the cache that holds the commit; fetched only when it does not yet."""
    url = str((root / Path(source.url).expanduser()).resolve()) if source.is_local else source.url
    where = f"{source.name} ({source.url})"
    if source.is_local and not Path(url).is_dir():
        raise CurateError(
            where=where,
            what="there is no such folder",
            fix=f"correct url of [sources.{source.name}] in corpora/sources.toml",
        )
    name = f"{source.name}-{hashlib.sha256(url.encode()).hexdigest()[:12]}.git"
    repository = _bare(cache.git / name)
    if _has_commit(repository, source.commit):
        return repository
    # A server may refuse to serve a commit by its name; then all branches and tags are asked for.
    wanted = (
        [f"{source.commit}:refs/curate/{source.commit}"],
        ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"],
    )
    said: list[str] = []
    for refs in wanted:
        result = run_git(
            *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
            # A shallow clone has no more history than it says; without this its commit has none.
            *("--update-shallow", "--end-of-options", url, *refs),
            folder=repository,
            settings={"protocol.file.allow": "always" if source.is_local else "never"},
        )
        if _has_commit(repository, source.commit):
            return repository
        said = [line for line in result.stderr.decode(errors="replace").splitlines() if line]
    if said:
        raise CurateError(
            where=where,
            what="\n".join(["git could not fetch it", *said[:4]]),
            fix="see that `git ls-remote` reads the url without asking for a password",
        )
    raise CurateError(
        where=where,
        what=f"the repository has no commit {source.commit}",
        fix="take a commit that `git log` shows there, or push this one",
    )


def find_mirror(mirrors: Path, name: str, commit: str) -> Path | None:
    """The mirror in a cache's folder that holds a source's commit."""
    for repository in sorted(mirrors.glob(f"{name}-{'[0-9a-f]' * 12}.git")):
        if _has_commit(repository, commit):
            return repository
    return None


def _bare(repository: Path) -> Path:
    """The repository, made empty when it is not there."""
    if not repository.exists():
        temporary = temporary_beside(repository)
        try:
            temporary.mkdir(parents=True)
            result = run_git("init", "--quiet", "--bare", "--template=", ".", folder=temporary)
            if result.returncode:
                raise CurateError(
                    where=str(repository),
                    what=result.stderr.decode(errors="replace").strip(),
                    fix="curate clean, or set CURATE_CACHE to another folder",
                )
            temporary.rename(repository)
        except FileExistsError:
            pass  # another build was faster
        except OSError:
            if not repository.exists():
                raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return repository


def _has_commit(repository: Path, commit: str) -> bool:
    result = run_git("cat-file", "-t", commit, folder=repository)
    return result.returncode == 0 and result.stdout.strip() == b"commit"


def write_commit(repository: Path, commit: str, writer: TreeWriter) -> None:
    """The files and links of `commit`, through the rules of `writer`. Submodules are left out."""
    listing = run_git("ls-tree", "-r", "-z", "--full-tree", commit, folder=repository)
    listing.check_returncode()
    with subprocess.Popen(  # noqa: S603  git only, its words never from a shell
        command("cat-file", "--batch"),
        cwd=repository,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as git:
        assert git.stdin
        assert git.stdout
        try:
            for line in listing.stdout.split(b"\0")[:-1]:
                about, _, path = line.partition(b"\t")
                mode, kind, object_id = about.split()
                if kind != b"blob":
                    continue
                git.stdin.write(object_id + b"\n")
                git.stdin.flush()
                size_bytes = int(git.stdout.readline().split()[2])
                name = path.decode(errors="surrogateescape")
                chunks = _blob(git.stdout, size_bytes)
                if mode == b"120000":
                    writer.link(name, b"".join(chunks).decode(errors="surrogateescape"))
                else:
                    writer.file(name, chunks, is_executable=mode == b"100755")
        finally:
            git.kill()
    writer.finish()


def _blob(stream: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    """The next blob of `cat-file --batch`, with the line feed behind it taken off."""
    while size_bytes:
        chunk = stream.read(min(size_bytes, CHUNK_BYTES))
        if not chunk:
            raise EOFError("git cat-file ended in the middle of a file")
        size_bytes -= len(chunk)
        yield chunk
    stream.read(1)
