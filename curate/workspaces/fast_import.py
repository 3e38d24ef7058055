r"""Commits made of given files, by `git fast-import`: one process a repository.

    with FastImport(git_dir) as importer:
        name = importer.blob(b"x = 1\n")
        files = [(0o100644, name, "a.py")]
        importer.commit(Commit("Release 1.0", "Ada", "2026-01-01T00:00:00Z", files))

Commits depend on nothing but their content: given author, date and message, raw bytes, no e-mail.
"""

import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from curate.errors import CurateError
from curate.sources.git import command, environment
from curate.workspaces.repository import BRANCH, epoch_seconds, object_id_of

_SETTINGS = {"core.compression": "1", "core.fsync": "none", "fastimport.unpackLimit": "1"}


class Commit(NamedTuple):
    """A commit to be made: `files` are (mode, object id, path).

    They are all of its files, or with `is_whole` false those that differ from its parent's.
    """

    message: str
    author: str
    date: str
    files: list[tuple[int, str, str]]
    is_whole: bool = True


class FastImport:
    """A running `git fast-import`; at the end of the `with` block all of it is in the repository.

    The first commit has the `parent`, each further one that before it. Raises CurateError with
    git's words when git fails.
    """

    def __init__(self, git_dir: Path, parent: str | None = None) -> None:
        self._parent = parent
        self._known: set[str] = set()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        self._git = subprocess.Popen(  # noqa: S603  git only, its words never from a shell
            [
                *command(f"--git-dir={git_dir}", settings=_SETTINGS),
                *("fast-import", "--quiet", "--done", "--depth=0", "--date-format=raw"),
            ],
            cwd=git_dir,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def blob(self, content: bytes) -> str:
        """Keep a content, once; its name."""
        object_id = object_id_of(content)
        if object_id not in self._known:
            self._known.add(object_id)
            self._write(b"blob\ndata %d\n%b\n" % (len(content), content))
        return object_id

    def commit(self, commit: Commit) -> None:
        """Add a commit to the branch."""
        who = f"{commit.author} <> {epoch_seconds(commit.date)} +0000"
        message = f"{commit.message}\n".encode()
        lines = [
            f"commit {BRANCH}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode(),
            message,
        ]
        if self._parent:
            lines.append(f"from {self._parent}\n".encode())
            self._parent = None  # from now on the branch is there
        lines += [b"deleteall\n"] if commit.is_whole else []
        lines += [f"M {mode:o} {name} ".encode() + _quoted(p) for mode, name, p in commit.files]
        self._write(b"".join([*lines, b"\n"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        assert self._git.stdin
        if kind is None:
            self._write(b"done\n")
        with suppress(BrokenPipeError):
            self._git.stdin.close()
        status = self._git.wait()
        with self._said as file:
            file.seek(0)
            said = file.read().decode(errors="replace").strip().splitlines()
        if status and kind is None:
            raise CurateError(
                where="git fast-import",
                what="\n".join(["the history of a workspace could not be written", *said[:4]]),
                fix="see that the cache's disk is not full and that git is 2.31 or newer",
            )

    def _write(self, words: bytes) -> None:
        assert self._git.stdin
        with suppress(BrokenPipeError):  # git has ended: its exit status says why
            self._git.stdin.write(words)


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"\n'.encode("utf-8", "surrogateescape")
