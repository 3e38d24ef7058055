"""Landlock: a process that gives up files, TCP and signals for itself and all its children.

restrict(abi, writable=["/tmp/s"], readable=["/usr"], devices=["/dev/null"])

It needs no privilege and no namespace. What it does not cover: `stat`, and changes of a file's
mode, owner and times; a new root and read-only mounts do (`namespaces`).
"""

import ctypes
import os
import stat
from collections.abc import Iterable

from curate.confined.linux import PR_SET_NO_NEW_PRIVS, check, libc, prctl

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_TCP = 3  # bind and connect
_SCOPES = 3  # abstract sockets and signals stay within
# The number of rights on files that each version of the interface knows (kernel's landlock(7)).
_COUNT_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ABI_TCP, _ABI_SCOPES = 4, 6


class _Ruleset(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("files", "net", "scoped"))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that this kernel offers; 0 where there is none, or it is off."""
    offered = _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, offered)


def restrict(
    version: int,
    *,
    writable: Iterable[str],
    readable: Iterable[str],
    devices: Iterable[str],
    network: bool = False,
) -> None:
    """Allow this process only what lies below these paths, for good; missing ones are passed over.

    Raises OSError when the kernel refuses.
    """
    rights = (1 << _COUNT_RIGHTS.get(version, 16)) - 1
    ruleset = _Ruleset(
        files=rights,
        net=_TCP if version >= _ABI_TCP and not network else 0,
        scoped=_SCOPES if version >= _ABI_SCOPES else 0,
    )
    size = 24 if version >= _ABI_SCOPES else 16 if version >= _ABI_TCP else 8
    made = _syscall(
        _CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    check(made, "landlock_create_ruleset")
    allowed = [(path, rights) for path in writable]
    allowed += [(path, _READ) for path in readable]
    allowed += [(path, rights & (_READ | _WRITE_FILE | _TRUNCATE | _IOCTL)) for path in devices]
    for path, access in allowed:
        _allow(made, path, access)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    check(
        _syscall(_RESTRICT_SELF, ctypes.c_int(made), ctypes.c_uint32(0)), "landlock_restrict_self"
    )
    os.close(made)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    if not stat.S_ISDIR(os.fstat(folder).st_mode):
        access &= _OF_A_FILE
    rule = _Beneath(allowed=access, folder=folder)
    done = _syscall(
        _ADD_RULE,
        ctypes.c_int(ruleset),
        ctypes.c_int(1),
        ctypes.byref(rule),
        ctypes.c_uint32(0),
    )
    os.close(folder)
    check(done, f"landlock_add_rule {path}")


def _syscall(number: int, *arguments: object) -> int:
    return libc().syscall(ctypes.c_long(number), *arguments)
