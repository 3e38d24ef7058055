"""An sdist unpacked without running any of it: .tar.gz, .tar.bz2, .tar.xz and .zip.

    unpack_sdist(Path("flask-3.1.3.tar.gz"), Path("trees/flask-3.1.3"), TreeLimits())

makes `trees/flask-3.1.3/pyproject.toml` and all the rest, or raises and leaves nothing. The rules
for names and links are `tree.TreeWriter`'s; this module adds the rules for archives.
"""

import bz2
import gzip
import io
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from curate.errors import CurateError
from curate.sources.atomic import temporary_beside
from curate.sources.tree import CHUNK_BYTES, TreeLimits, TreeWriter

ArchiveLimits = TreeLimits

# How each form begins; the name of a download is not trusted to tell.
_OPENERS = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)
_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    # What the libraries let through for headers of nonsense and unknown compression methods.
    *(EOFError, OSError, ValueError, OverflowError, NotImplementedError),
)
_FIX = "do not use this archive; look at it by hand, or pin another release"


def unpack_sdist(archive: Path, target: Path, limits: ArchiveLimits) -> None:
    """The files of `archive`, without its single top folder, as the folder `target`.

    `target` appears whole, in one step, or not at all. Raises CurateError for an archive that
    breaks a rule or is broken, FileExistsError when `target` is there already.
    """
    if target.exists():
        raise FileExistsError(target)
    temporary = temporary_beside(target)
    temporary.mkdir(parents=True)
    try:
        unpack_into(archive, temporary, limits)
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def unpack_into(archive: Path, folder: Path, limits: ArchiveLimits) -> None:
    """The files of `archive`, without its single top folder, written into the empty `folder`."""
    size_bytes = archive.stat().st_size
    if size_bytes > limits.max_archive_bytes:
        raise CurateError(
            where=archive.name,
            what=f"{size_bytes:,} bytes; an archive has at most {limits.max_archive_bytes:,}",
            fix=_FIX,
        )
    writer = TreeWriter(folder, limits, where=archive.name, fix=_FIX)
    with archive.open("rb") as file:
        start = file.read(8)
        file.seek(0)
        opener = next((opener for magic, opener in _OPENERS if start.startswith(magic)), None)
        if opener is None and not start.startswith(b"PK"):
            raise CurateError(
                where=archive.name,
                what=f"begins with {start!r}\nan sdist is a .tar.gz, .tar.bz2, .tar.xz or .zip",
                fix=_FIX,
            )
        meter = _Meter(archive.name, size_bytes, limits)
        try:
            if opener is None:
                _unpack_zip(file, writer, meter)
            else:
                with opener(file, "rb") as plain:
                    metered = _Metered(plain, meter)
                    _unpack_tar(metered, writer)
                    # The checksum of a compressed stream stands behind its last byte.
                    while metered.read():
                        pass
        except _BROKEN as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's, not the archive's
            raise CurateError(
                where=archive.name,
                what=f"cannot be read to its end: {error or type(error).__name__}",
                fix="remove this file from the cache and fetch again",
            ) from error
    writer.finish()


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Meter:
    """Counts every byte that comes out of the decompression, headers and padding too."""

    def __init__(self, where: str, archive_bytes: int, limits: ArchiveLimits) -> None:
        self._where, self._archive_bytes, self._limits = where, archive_bytes, limits
        self._bytes = 0

    def add(self, count_bytes: int) -> None:
        self._bytes += count_bytes
        limits = self._limits
        most = max(limits.ratio_from_bytes, self._archive_bytes * limits.max_ratio)
        if self._bytes > min(most, limits.max_unpacked_bytes):
            raise CurateError(
                where=self._where,
                what=f"a compression bomb: {self._archive_bytes:,} bytes unpack to over "
                f"{min(most, limits.max_unpacked_bytes):,}",
                fix=_FIX,
            )


class _Metered(io.RawIOBase):
    """The bytes of `plain`, counted; a tar's header may claim any length."""

    def __init__(self, plain: _Readable, meter: _Meter) -> None:
        self._plain, self._meter = plain, meter

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        chunk = self._plain.read(min(size, CHUNK_BYTES))
        self._meter.add(len(chunk))
        return chunk


def _unpack_tar(plain: _Metered, writer: TreeWriter) -> None:
    # A stream ("r|"): members come in the archive's order and nothing is sought or read twice.
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        top = _Top(writer)
        for member in tar:
            name = top.strip(member.name, is_folder=member.isdir())
            if name is None:
                continue
            if member.isdir():
                writer.folder(name)
            elif member.isreg() and not member.issparse():
                content = tar.extractfile(member) or io.BytesIO()
                writer.file(name, _chunks(content), is_executable=bool(member.mode & 0o111))
            elif member.issym():
                writer.link(name, member.linkname)
            elif member.islnk():
                writer.copy(name, top.strip(member.linkname, is_folder=False) or "")
            else:
                top.refuse(member.name, "a device, a pipe or something else that is no file")


def _unpack_zip(file: BinaryIO, writer: TreeWriter, meter: _Meter) -> None:
    with zipfile.ZipFile(file) as archive:
        top = _Top(writer)
        for member in archive.infolist():
            mode = member.external_attr >> 16
            # `filename` is cut at a NUL and has its separators changed; the original has not.
            name = top.strip(member.orig_filename, is_folder=member.is_dir())
            if name is None:
                continue
            if member.flag_bits & 0x1:
                top.refuse(member.filename, "it is encrypted")
            if member.is_dir():
                writer.folder(name)
            elif stat.S_ISLNK(mode):
                with archive.open(member) as content:
                    writer.link(name, content.read(4096).decode(errors="replace"))
            elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
                with archive.open(member) as content:
                    chunks = _metered(_chunks(content), meter)
                    writer.file(name, chunks, is_executable=bool(mode & 0o111))
            else:
                top.refuse(member.filename, "a device, a pipe or something else that is no file")


def _chunks(content: _Readable) -> Iterator[bytes]:
    while chunk := content.read(CHUNK_BYTES):
        yield chunk


def _metered(chunks: Iterator[bytes], meter: _Meter) -> Iterator[bytes]:
    for chunk in chunks:
        meter.add(len(chunk))
        yield chunk


class _Top:
    """Takes the single top folder, as `flask-3.1.3/`, off every name."""

    def __init__(self, writer: TreeWriter) -> None:
        self._writer = writer
        self._name: str | None = None

    def strip(self, name: str, *, is_folder: bool) -> str | None:
        """`name` below the top folder; None for the top folder itself."""
        writer = self._writer
        parts = writer.checked(name)
        if self._name is None:
            self._name = parts[0]
        if parts[0] != self._name:
            self.refuse(name, f"outside the one top folder {self._name!r}")
        if len(parts) == 1:
            if not is_folder:
                self.refuse(name, "a file beside the one top folder of an sdist")
            return None
        return "/".join(parts[1:])

    def refuse(self, name: str, rule: str) -> None:
        """Raises CurateError: `name` breaks `rule`."""
        raise self._writer.refusal(name, rule)
