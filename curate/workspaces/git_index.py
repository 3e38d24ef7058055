"""git's index, written and read without git: what is staged, and how each file looked then.

    index_bytes([Entry("src/a.py", 0o100644, "8d1c…", size_bytes=120, time_seconds=315_532_800)])

An entry whose size and time are those of the file is taken for unchanged without being read; one
with zeros is always compared. Other fields of a file's status are zero: our git does not look at
them (core.checkStat = minimal), so one index holds for every copy of a tree, on every machine.
Source: gitformat-index(5), version 2, without extensions.
"""

import hashlib
import struct
from collections.abc import Iterable
from typing import NamedTuple

SUBMODULE = 0o160000
_HEADER = struct.Struct(">4sLL")
_ENTRY = struct.Struct(">10L20sH")
_ASSUME_UNCHANGED = 0x8000
_LONGEST_NAME = 0xFFF


class Entry(NamedTuple):
    """One file of the index. `mode` is git's: 0o100644, 0o100755, 0o120000 or SUBMODULE."""

    path: str
    mode: int
    object_id: str
    size_bytes: int = 0
    time_seconds: int = 0


def index_bytes(entries: Iterable[Entry]) -> bytes:
    """The index file; the same entries give the same bytes."""
    rows = sorted((entry.path.encode("utf-8", "surrogateescape"), entry) for entry in entries)
    parts = [_HEADER.pack(b"DIRC", 2, len(rows))]
    for name, entry in rows:
        flags = min(len(name), _LONGEST_NAME)
        if entry.mode == SUBMODULE:
            flags |= _ASSUME_UNCHANGED  # its files are not in our trees
        stat = (0, 0, entry.time_seconds, 0, 0, 0, entry.mode, 0, 0, entry.size_bytes)
        raw = _ENTRY.pack(*stat, bytes.fromhex(entry.object_id), flags) + name
        parts.append(raw + b"\0" * (8 - len(raw) % 8))
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def entries_of(index: bytes) -> list[Entry]:
    """The entries of an index that `index_bytes` made."""
    _, _, count = _HEADER.unpack_from(index)
    entries, start = [], _HEADER.size
    for _ in range(count):
        *stat, object_id, _ = _ENTRY.unpack_from(index, start)
        name_at = start + _ENTRY.size
        end = index.index(b"\0", name_at)
        path = index[name_at:end].decode("utf-8", "surrogateescape")
        entries.append(Entry(path, stat[6], object_id.hex(), stat[9], stat[2]))
        start += (end - start) // 8 * 8 + 8
    return entries
