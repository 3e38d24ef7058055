"""A hostile archive for each rule. Every one is refused with its reason, and leaves nothing."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources.archive import ArchiveLimits, unpack_sdist
from curate.sources.tree import FILE_TIME_SECONDS

FIX = "\n  fix: do not use this archive; look at it by hand, or pin another release"


def tar(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            entry = tarfile.TarInfo(member[0])
            entry.size = len(member[1])
            archive.addfile(entry, io.BytesIO(member[1]))
    return plain.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def zipped(*members: tuple[str, bytes], mode: int = 0o100644) -> bytes:
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.filename, entry.external_attr = name, mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return plain.getvalue()


def refusal(tmp_path: Path, content: bytes, limits: ArchiveLimits | None = None) -> str:
    """The text of the error; nothing else has been left beside the archive."""
    archive = tmp_path / "a-1.0.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(CurateError) as raised:
        unpack_sdist(archive, tmp_path / "tree", limits or ArchiveLimits())
    assert [path.name for path in tmp_path.iterdir()] == ["a-1.0.tar.gz"]
    return str(raised.value)


def contents(tree: Path) -> dict[str, bytes]:
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


GOOD = (("a-1.0/PKG-INFO", b"Name: a\n"), ("a-1.0/src/a.py", b"x = 1\n"))
FORMS: dict[str, Callable[[], bytes]] = {
    "tar.gz": lambda: gzip.compress(tar(*GOOD)),
    "tar.bz2": lambda: bz2.compress(tar(*GOOD)),
    "tar.xz": lambda: lzma.compress(tar(*GOOD)),
    "zip": lambda: zipped(*GOOD),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_unpacks_to_the_same_tree_without_its_top_folder(
    tmp_path: Path, form: Callable[[], bytes]
) -> None:
    (tmp_path / "archive").write_bytes(form())
    unpack_sdist(tmp_path / "archive", tmp_path / "tree", ArchiveLimits())
    assert contents(tmp_path / "tree") == {"PKG-INFO": b"Name: a\n", "src/a.py": b"x = 1\n"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "tree"]


def test_modes_and_times_are_the_same_whatever_the_archive_says(tmp_path: Path) -> None:
    run, plain = tarfile.TarInfo("a-1.0/run"), tarfile.TarInfo("a-1.0/plain")
    run.mode, run.mtime = 0o4711, 1_700_000_000
    plain.mode, plain.mtime = 0o600, 1_800_000_000
    (tmp_path / "archive").write_bytes(gzip.compress(tar(run, plain)))
    unpack_sdist(tmp_path / "archive", tmp_path / "tree", ArchiveLimits())
    seen = {path.name: path.stat() for path in (tmp_path / "tree").iterdir()}
    assert {name: (oct(s.st_mode & 0o7777), s.st_mtime) for name, s in seen.items()} == {
        "run": ("0o755", FILE_TIME_SECONDS),
        "plain": ("0o644", FILE_TIME_SECONDS),
    }


def test_links_that_stay_inside_are_kept(tmp_path: Path) -> None:
    content = tar(
        ("a-1.0/docs/README", b"hello"),
        special("a-1.0/src/README", tarfile.SYMTYPE, "../docs/README"),
        special("a-1.0/COPY", tarfile.LNKTYPE, "a-1.0/docs/README"),
    )
    (tmp_path / "archive").write_bytes(gzip.compress(content))
    unpack_sdist(tmp_path / "archive", tmp_path / "tree", ArchiveLimits())
    assert (tmp_path / "tree/src/README").readlink() == Path("../docs/README")
    assert contents(tmp_path / "tree") == {"docs/README": b"hello", "COPY": b"hello"}


A = ("a-1.0/a", b"")
_SYM, _HARD = tarfile.SYMTYPE, tarfile.LNKTYPE
HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "absolute": (tar(("/etc/a", b"")), "/etc/a", "an absolute path, a drive or a backslash"),
    "drive": (tar(("C:/a", b"")), "C:/a", "an absolute path, a drive or a backslash"),
    "backslash": (
        tar(("a-1.0/..\\b", b"")),
        "a-1.0/..\\b",
        "an absolute path, a drive or a backslash",
    ),
    "parent": (tar(("a-1.0/../../b", b"")), "a-1.0/../../b", "a path with '..'"),
    "control": (tar(("a-1.0/b\nc", b"")), "a-1.0/b\nc", "a control character in the name"),
    "nul in a zip": (
        zipped(("a-1.0/b\0.py", b"")),
        "a-1.0/b\0.py",
        "a control character in the name",
    ),
    "long name": (
        tar(("a-1.0/" + "é" * 128, b"")),
        "a-1.0/" + "é" * 111 + "...",
        "over 255 bytes a name or 1,000 a path",
    ),
    "long path": (
        tar(("a-1.0/" + "/".join(["b" * 200] * 5), b"")),
        "a-1.0/" + "b" * 111 + "...",
        "over 255 bytes a name or 1,000 a path",
    ),
    "deep": (
        tar(("a-1.0/" + "b/" * 64 + "c", b"")),
        "a-1.0/" + "b/" * 55 + "b...",
        "an empty name, or more than 64 folders deep",
    ),
    "git folder": (
        tar(("a-1.0/.Git/config", b"")),
        "a-1.0/.Git/config",
        "a git folder, whose settings can run programs",
    ),
    "not utf-8": (
        tar(("a-1.0/caf\udce9", b"")),
        "a-1.0/caf\udce9",
        "the name is not UTF-8",
    ),
    "symbolic link out": (
        tar(special("a-1.0/b", _SYM, "../../etc")),
        "b",
        "a link to '../../etc', which leaves the folder",
    ),
    "absolute link": (
        tar(special("a-1.0/b", _SYM, "/etc")),
        "b",
        "a link to '/etc', which leaves the folder",
    ),
    "link out by way of a link": (
        tar(
            special("a-1.0/deep/er", tarfile.DIRTYPE),
            special("a-1.0/b", _SYM, "deep/er"),
            special("a-1.0/c", _SYM, "b/../../x"),
            special("a-1.0/d", _SYM, "b/../../../x"),
        ),
        "d",
        "a link to 'b/../../../x', which leaves the folder",
    ),
    "link in a zip": (
        zipped(("a-1.0/b", b"../../etc"), mode=0o120777),
        "b",
        "a link to '../../etc', which leaves the folder",
    ),
    "hard link out": (
        tar(special("a-1.0/b", _HARD, "a-1.0/../../etc/passwd")),
        "a-1.0/../../etc/passwd",
        "a path with '..'",
    ),
    "hard link to another top": (
        tar(A, special("a-1.0/b", _HARD, "etc/passwd")),
        "etc/passwd",
        "outside the one top folder 'a-1.0'",
    ),
    "hard link to nothing": (
        tar(special("a-1.0/b", _HARD, "a-1.0/c")),
        "b",
        "a hard link to 'c', which is no file before it",
    ),
    "hard link to a link": (
        tar(special("a-1.0/c", _SYM, "d"), special("a-1.0/b", _HARD, "a-1.0/c")),
        "b",
        "a hard link to 'c', which is no file before it",
    ),
    "file through a link": (
        tar(special("a-1.0/b", _SYM, "."), ("a-1.0/b/c", b"")),
        "b",
        "'b' is a link already",
    ),
    "file as a folder": (tar(A, ("a-1.0/a/b", b"")), "a", "'a' is a file already"),
    "folder as a file": (tar(("a-1.0/a/b", b""), A), "a", "the name comes twice"),
    "twice": (tar(A, A), "a", "the name comes twice"),
    "case": (tar(A, ("a-1.0/A", b"")), "A", "differs from 'a' only by case or accents' spelling"),
    "case of a folder": (
        tar(("a-1.0/a/b", b""), ("a-1.0/A/c", b"")),
        "A",
        "differs from 'a' only by case or accents' spelling",
    ),
    "accents": (
        tar(("a-1.0/\u00e9", b""), ("a-1.0/e\u0301", b"")),
        "e\u0301",
        "differs from '\u00e9' only by case or accents' spelling",
    ),
    "device": (
        tar(special("a-1.0/b", tarfile.CHRTYPE)),
        "a-1.0/b",
        "a device, a pipe or something else that is no file",
    ),
    "pipe": (
        tar(special("a-1.0/b", tarfile.FIFOTYPE)),
        "a-1.0/b",
        "a device, a pipe or something else that is no file",
    ),
    "pipe in a zip": (
        zipped(("a-1.0/b", b""), mode=0o010644),
        "a-1.0/b",
        "a device, a pipe or something else that is no file",
    ),
    "two top folders": (tar(A, ("b/a", b"")), "b/a", "outside the one top folder 'a-1.0'"),
    "no top folder": (
        tar(("a", b"")),
        "a",
        "a file beside the one top folder of an sdist",
    ),
}


@pytest.mark.parametrize(("content", "name", "rule"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_member_is_refused_by_name_and_rule(
    tmp_path: Path, content: bytes, name: str, rule: str
) -> None:
    packed = content if content.startswith(b"PK") else gzip.compress(content)
    assert refusal(tmp_path, packed) == f"a-1.0.tar.gz: refused at {name!a}: {rule}{FIX}"


def test_a_link_that_left_cannot_be_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    archive = tmp_path / "archive"
    archive.write_bytes(
        gzip.compress(tar(special("a-1.0/b", _SYM, "../../outside"), ("a-1.0/b/c", b"evil")))
    )
    with pytest.raises(CurateError):
        unpack_sdist(archive, tmp_path / "tree", ArchiveLimits())
    assert list(outside.iterdir()) == []


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("a-1.0/b", b"x")))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    assert refusal(tmp_path, bytes(content)) == (
        f"a-1.0.tar.gz: refused at 'a-1.0/b': it is encrypted{FIX}"
    )


def test_more_files_than_the_limit_are_refused(tmp_path: Path) -> None:
    content = gzip.compress(tar(*((f"a-1.0/f{n}", b"") for n in range(4))))
    assert refusal(tmp_path, content, ArchiveLimits(max_files=3)) == (
        f"a-1.0.tar.gz: refused at 'f3': more than 3 files and folders{FIX}"
    )


def test_a_big_archive_is_refused_unread(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"x" * 2001, ArchiveLimits(max_archive_bytes=2000)) == (
        f"a-1.0.tar.gz: 2,001 bytes; an archive has at most 2,000{FIX}"
    )


ZEROS = (("a-1.0/zeros", bytes(1 << 20)),)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(tar(*ZEROS)), zipped(*ZEROS)],
    ids=["tar", "zip"],
)
@pytest.mark.parametrize(
    "limits",
    [ArchiveLimits(max_unpacked_bytes=500_000), ArchiveLimits(ratio_from_bytes=500_000)],
    ids=["size", "ratio"],
)
def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, content: bytes, limits: ArchiveLimits
) -> None:
    most = min(500_000, limits.max_unpacked_bytes)
    if limits.ratio_from_bytes == 500_000:
        most = max(most, len(content) * limits.max_ratio)
    assert refusal(tmp_path, content, limits) == (
        f"a-1.0.tar.gz: a compression bomb: {len(content):,} bytes unpack to over {most:,}{FIX}"
    )


def test_a_header_that_claims_gigabytes_is_stopped_by_what_comes(tmp_path: Path) -> None:
    header = tarfile.TarInfo("a-1.0/pax")
    header.type, header.size = tarfile.XHDTYPE, 1 << 33
    content = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    limits = ArchiveLimits(max_unpacked_bytes=500_000)
    assert refusal(tmp_path, content, limits) == (
        f"a-1.0.tar.gz: a compression bomb: {len(content):,} bytes unpack to over 500,000{FIX}"
    )


def test_copies_by_hard_links_count_too(tmp_path: Path) -> None:
    links = [special(f"a-1.0/{n}", _HARD, "a-1.0/big") for n in range(9)]
    content = gzip.compress(tar(("a-1.0/big", os.urandom(100_000)), *links))
    assert refusal(tmp_path, content, ArchiveLimits(max_unpacked_bytes=500_000)) == (
        f"a-1.0.tar.gz: refused at '4': more than 500,000 bytes unpacked{FIX}"
    )


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_half_an_archive_is_refused(tmp_path: Path, form: Callable[[], bytes]) -> None:
    content = form()
    text = refusal(tmp_path, content[: len(content) // 2])
    assert text.startswith("a-1.0.tar.gz: cannot be read to its end: ")
    assert text.endswith("\n  fix: remove this file from the cache and fetch again")


def test_what_is_no_archive_is_told_what_one_is(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"<html></html>") == (
        "a-1.0.tar.gz: begins with b'<html></'\n"
        f"  an sdist is a .tar.gz, .tar.bz2, .tar.xz or .zip{FIX}"
    )


def test_a_tree_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    with pytest.raises(FileExistsError):
        unpack_sdist(tmp_path / "archive", tmp_path / "tree", ArchiveLimits())
