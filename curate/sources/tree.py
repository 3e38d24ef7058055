"""A folder tree written from untrusted members: every name, link and size is checked first.

    writer = TreeWriter(root, TreeLimits(), where="flask-3.1.3.tar.gz", fix="...")
    writer.folder("src")
    writer.file("src/flask/app.py", chunks, is_executable=False)
    writer.link("README", "docs/README.md")
    writer.finish()

One set of rules for archives, git commits and folders of this machine. Symbolic links are made
last, so that nothing is ever written through one. Files get one fixed time and one of two modes.
"""

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from curate.errors import CurateError

# 1 January 1980 UTC, the first time a zip file can state: a file's time says nothing in a tree, and
# one that has another time has been written to since.
FILE_TIME_SECONDS = 315_532_800

CHUNK_BYTES = 1 << 16
_NAME_BYTES = 255  # NAME_MAX of Linux, macOS and NTFS
_PATH_BYTES = 1_000  # PATH_MAX of macOS is 1,024 with the cache's own folder
_SHOWN_CHARS = 120  # of a refused name; chosen by us, 2026-11-21
_DEPTH = 64  # chosen by us, 2026-11-21; the deepest of the eleven sources is 9


@dataclass(frozen=True)
class TreeLimits:
    """What a source may be at most. Chosen by us, 2026-11-21.

    The largest of the eleven sources has 1,285 files and 8 MB, and unpacks to 9 times its size.
    """

    max_files: int = 50_000
    max_unpacked_bytes: int = 512 << 20
    max_archive_bytes: int = 256 << 20
    max_ratio: int = 100
    # Below this size a tree of zeros may unpack to any multiple of its archive.
    ratio_from_bytes: int = 16 << 20


@dataclass
class TreeWriter:
    """Writes members under `root`. Raises CurateError at the first one that breaks a rule."""

    root: Path
    limits: TreeLimits
    where: str
    fix: str
    _kinds: dict[str, Literal["file", "folder", "link"]] = field(default_factory=dict)
    _spellings: dict[str, str] = field(default_factory=dict)
    _links: dict[str, str] = field(default_factory=dict)
    _members: int = 0
    _bytes: int = 0

    def folder(self, name: str) -> None:
        """Make the folder `name` and those above it. Naming one twice is fine."""
        parts = self.checked(name)
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            kind = self._kinds.get(path)
            if kind is None:
                self._claim(path, "folder")
                self._at(path).mkdir()
            elif kind != "folder":
                raise self.refusal(name, f"{path!r} is a {kind} already")

    def file(self, name: str, chunks: Iterable[bytes], *, is_executable: bool) -> None:
        """Write the file `name`. Bytes are counted as they come, whatever a header says."""
        path = self._new(name, "file")
        with self._at(path).open("xb") as file:
            for chunk in chunks:
                self._bytes += len(chunk)
                if self._bytes > self.limits.max_unpacked_bytes:
                    limit = self.limits.max_unpacked_bytes
                    raise self.refusal(name, f"more than {limit:,} bytes unpacked")
                file.write(chunk)
        self._at(path).chmod(0o755 if is_executable else 0o644)

    def copy(self, name: str, target: str) -> None:
        """Write `name` as a second copy of the file `target`, which a hard link of a tar names."""
        source = "/".join(self.checked(target))
        if self._kinds.get(source) != "file":
            raise self.refusal(name, f"a hard link to {target!r}, which is no file before it")
        original = self._at(source)
        self.file(name, read_chunks(original), is_executable=is_executable(original))

    def link(self, name: str, target: str) -> None:
        """Note the symbolic link `name`; `finish` makes it."""
        if not target or target.startswith("/") or "\\" in target or _has_control(target):
            raise self.refusal(name, f"a link to {target!r}, which leaves the folder")
        self._links[self._new(name, "link")] = target

    def finish(self) -> None:
        """Make the links and fix all times. Raises CurateError when a link leaves the folder."""
        for name, target in self._links.items():
            self._at(name).symlink_to(target)
        root = os.path.realpath(self.root)
        for name, target in self._links.items():
            end = os.path.realpath(self._at(name))
            if end != root and not end.startswith(root + os.sep):
                raise self.refusal(name, f"a link to {target!r}, which leaves the folder")
        for path, kind in self._kinds.items():
            if kind == "file":
                os.utime(self._at(path), (FILE_TIME_SECONDS, FILE_TIME_SECONDS))

    def _at(self, path: str) -> Path:
        return self.root.joinpath(path)

    def _new(self, name: str, kind: Literal["file", "link"]) -> str:
        parts = self.checked(name)
        path = "/".join(parts)
        if len(parts) > 1:
            self.folder("/".join(parts[:-1]))
        if path in self._kinds:
            raise self.refusal(name, "the name comes twice")
        self._claim(path, kind)
        return path

    def _claim(self, path: str, kind: Literal["file", "folder", "link"]) -> None:
        # macOS and Windows take names that differ in case or in Unicode's spelling for one.
        folded = unicodedata.normalize("NFC", path).casefold()
        other = self._spellings.setdefault(folded, path)
        if other != path:
            raise self.refusal(path, f"differs from {other!r} only by case or accents' spelling")
        self._members += 1
        if self._members > self.limits.max_files:
            raise self.refusal(path, f"more than {self.limits.max_files:,} files and folders")
        self._kinds[path] = kind

    def checked(self, name: str) -> tuple[str, ...]:
        """The parts of a relative POSIX name that every system can hold."""
        if _has_control(name):
            raise self.refusal(name, "a control character in the name")
        if name.startswith("/") or "\\" in name or name[1:2] == ":":
            raise self.refusal(name, "an absolute path, a drive or a backslash")
        parts = PurePosixPath(name).parts
        if ".." in parts:
            raise self.refusal(name, "a path with '..'")
        if not parts or len(parts) > _DEPTH:
            raise self.refusal(name, f"an empty name, or more than {_DEPTH} folders deep")
        if ".git" in map(str.casefold, parts):
            # Its config and hooks would be run by the git that later looks at the tree.
            raise self.refusal(name, "a git folder, whose settings can run programs")
        try:
            is_long = any(len(part.encode()) > _NAME_BYTES for part in parts)
            is_long |= len(name.encode()) > _PATH_BYTES
        except UnicodeEncodeError:
            raise self.refusal(name, "the name is not UTF-8") from None
        if is_long:
            raise self.refusal(name, f"over {_NAME_BYTES} bytes a name or {_PATH_BYTES:,} a path")
        return parts

    def refusal(self, name: str, rule: str) -> CurateError:
        """The error for a member that breaks `rule`."""
        shown = ascii(name if len(name) <= _SHOWN_CHARS else name[: _SHOWN_CHARS - 3] + "...")
        return CurateError(where=self.where, what=f"refused at {shown}: {rule}", fix=self.fix)


def _has_control(name: str) -> bool:
    return any(char < " " or char == "\x7f" for char in name)


def is_executable(path: Path) -> bool:
    """Whether the owner may run the file."""
    return bool(path.stat().st_mode & 0o100)


def read_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a chunk at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Relative POSIX path and entry of each file and link under `root`; links are not followed."""
    folders = [(str(root), "")]
    while folders:
        folder, prefix = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{prefix}{entry.name}/"))
                else:
                    yield prefix + entry.name, entry


def content_sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file's bytes, or of the target of a symbolic link."""
    if path.is_symlink():
        return hashlib.sha256(b"link " + os.fsencode(path.readlink())).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree_sha256(hashes: Iterable[tuple[str, str]]) -> str:
    """Hexadecimal sha256 over (relative path, sha256 of the content) of every file, sorted."""
    lines = sorted(f"{path}\0{sha256}\n".encode() for path, sha256 in hashes)
    return hashlib.sha256(b"".join(lines)).hexdigest()
